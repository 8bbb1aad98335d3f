/** Names of what belongs to one instance. */
import { logFilesOf, ofInstance, type Stream } from "../app-log/files.ts";
import type { AppIdentity, AppSpec, LogPolicy } from "../core/app/app-spec.ts";

/** Unique for the account, and fit for a file name: of one app in one directory, whatever it is called. */
export function instanceKey({ directory, name }: AppIdentity, number: number): string {
  const hash = Bun.hash(`${directory}\0${name}`).toString(36);
  return `${hash}-${name.replaceAll(/[^\w.-]/gu, "_").slice(0, 64)}-${number}`;
}

/** In a reload an instance has a second output, or a third one where the first reload has not ended. */
export const besideKeys = (key: string): readonly string[] => [key, `${key}+1`, `${key}+2`];

interface KeyedOutputs {
  readonly key: string;
  readonly outputKey: string;
  readonly runs: readonly { readonly place: { readonly key: string } }[];
}

/** The key of an output that none of its processes has: the last one, if it can be. */
export function freeKey({ key, outputKey, runs }: KeyedOutputs): string {
  const isTaken = (one: string): boolean => runs.some(({ place }) => place.key === one);
  if (!isTaken(outputKey)) return outputKey;
  let free = key;
  for (let beside = 1; isTaken(free); beside++) free = `${key}+${beside}`;
  return free;
}

export const pidFileOf = ({ pidFile, instances }: AppSpec, number: number): string | null =>
  pidFile === null || instances === 1 ? pidFile : ofInstance(pidFile, number);

/** Its own file for a stream. */
export const logFileOf = (policy: LogPolicy, stream: Stream, number: number): string | null =>
  logFilesOf({ ...policy, combined: null }, stream, number)[0] ?? null;
