/** What a spool is called, and the number that it has by that. */
import type { Stream } from "../files.ts";

/** Enough of the id to tell apart the few spools of one log file. */
export const shortId = (id: number): number => id % 2 ** 32;

/** The spool of a stream of an instance has this name. */
export const spoolName = (key: string, stream: Stream): string => `${key}.${stream}`;

/** The id is 52 bits of the name's hash, so that a number holds it exactly. */
export const spoolId = (name: string): number => Number(BigInt.asUintN(52, Bun.hash.wyhash(name)));
