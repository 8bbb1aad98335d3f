/** Tells which log files `logs` reads, and whose lines are in each. */
import type { LogPolicy } from "../../core/app/app-spec.ts";
import { logFilesOf, type Stream } from "../files.ts";

export interface LogSource {
  readonly path: string;
  readonly app: string;
  /** null: several instances share the file. */
  readonly instance: number | null;
  readonly stream: Stream;
  /** The text that stands before its lines for people: `0|api`. */
  readonly label: string;
}

export interface LogOwner {
  readonly app: string;
  /** The instance's pm_id. */
  readonly id: number;
  /** The instance's number within its app. */
  readonly number: number;
  readonly policy: LogPolicy;
}

/** Lists each file once. The file for both streams has nothing that the others do not have. */
export function logSources(owners: readonly LogOwner[], streams: readonly Stream[]): readonly LogSource[] {
  const found = new Map<string, LogSource>();
  for (const { app, id, number, policy } of owners)
    for (const stream of streams) {
      const only = policy[stream] === null ? policy : { ...policy, combined: null };
      for (const path of logFilesOf(only, stream, number)) {
        const known = found.get(path);
        const isShared = known !== undefined && (known.app !== app || known.instance !== number);
        found.set(
          path,
          isShared
            ? { ...known, instance: null, label: known.app }
            : (known ?? { path, app, instance: number, stream, label: `${id}|${app}` }),
        );
      }
    }
  return [...found.values()];
}
