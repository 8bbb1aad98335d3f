/** Names of what belongs to one instance. */
import { logFilesOf, ofInstance, type Stream } from "../app-log/files.ts";
import type { AppSpec, LogPolicy } from "../core/app/app-spec.ts";

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
