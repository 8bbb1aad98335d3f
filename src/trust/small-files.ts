/** Readings of what need not be there: null where the system refuses with one of `codes` (with any, where none is named). */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { orElse } from "../text/system-error.ts";

type Read<Value> = (path: string, ...codes: readonly string[]) => Value | null;

export const textAt: Read<string> = (path, ...codes) =>
  orElse(null, () => readFileSync(path, "utf8"), ...codes);
export const linkAt: Read<string> = (path, ...codes) => orElse(null, () => readlinkSync(path), ...codes);
export const entriesAt: Read<readonly string[]> = (path, ...codes) =>
  orElse(null, () => readdirSync(path), ...codes);
/** None where there is no such directory. */
export const listedAt = (path: string): readonly string[] => entriesAt(path, "ENOENT") ?? [];
