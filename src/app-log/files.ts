/** Finds the log files of an instance by its policy. */
import { dirname, join } from "node:path";
import type { LogPolicy } from "../core/app/app-spec.ts";
import { partsOf } from "./log/place.ts";

/** Where the spools of an output directory are. */
export const spoolsOf = (directory: string): string => join(directory, "spools");

export type Stream = "out" | "err";

/** People write this path to say that there is to be no file. */
const NOWHERE = "/dev/null";

/**
 * Returns the absolute paths that get the lines of a stream: its own file, and the one for both. If there are
 * none, the lines go nowhere.
 */
export function logFilesOf(policy: LogPolicy, stream: Stream, number: number): readonly string[] {
  const paths = [policy[stream], policy.combined].flatMap((path) =>
    path === null || path === NOWHERE ? [] : path,
  );
  return [...new Set(paths)].map((path) => (policy.merge ? path : ofInstance(path, number)));
}

/** `api-out.log` → `api-out-2.log` */
export function ofInstance(path: string, number: number): string {
  const [stem, ending] = partsOf(path);
  return join(dirname(path), `${stem}-${number}${ending}`);
}
