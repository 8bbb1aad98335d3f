/** Tells which log files `logs` reads, and whose lines are in each. */
import type { AppSpec, LogPolicy } from "../../core/app/app-spec.ts";
import { logFilesOf, type Stream } from "../files.ts";
import { besideKeys, instanceKey } from "../keys.ts";
import { spoolId, shortId, spoolName } from "../spool/names.ts";

/** Who has written a line. */
export interface LineAuthor {
  readonly app: string;
  /** null: several instances share the file, and nobody noted which of them it was. */
  readonly instance: number | null;
  readonly stream: Stream;
  /** The text that stands before its lines for people: `0|api`. */
  readonly label: string;
}

export interface LogSource extends LineAuthor {
  readonly path: string;
  /** Where several share the file: by the short ids of their spools. */
  readonly authors: ReadonlyMap<number, LineAuthor> | null;
}

export interface LogOwner {
  readonly app: string;
  /** The instance's pm_id. */
  readonly id: number;
  /** The instance's number within its app. */
  readonly number: number;
  readonly policy: LogPolicy;
  /** The keys that its output may have. */
  readonly keys: readonly string[];
}

/** `id`: the instance's pm_id; `number`: within its app. */
export const logOwner = (app: AppSpec, id: number, number: number): LogOwner => ({
  app: app.name,
  id,
  number,
  policy: app.logs,
  keys: besideKeys(instanceKey(app, number)),
});

/** Lists each file once. The file for both streams has nothing that the others do not have. */
export function logSources(owners: readonly LogOwner[], streams: readonly Stream[]): readonly LogSource[] {
  const found = new Map<string, Map<number, LineAuthor>>();
  for (const { app, id, number, policy, keys } of owners)
    for (const stream of streams) {
      const only = policy[stream] === null ? policy : { ...policy, combined: null };
      const author = { app, instance: number, stream, label: `${id}|${app}` };
      for (const path of logFilesOf(only, stream, number)) {
        const authors = found.get(path) ?? new Map<number, LineAuthor>();
        for (const key of keys) authors.set(shortId(spoolId(spoolName(key, stream))), author);
        found.set(path, authors);
      }
    }
  return [...found].flatMap(([path, authors]) => sourceOf(path, authors));
}

function sourceOf(path: string, authors: ReadonlyMap<number, LineAuthor>): LogSource[] {
  const [first, ...others] = new Set(authors.values());
  if (first === undefined) return [];
  const isOfOne = others.every(({ app, instance }) => app === first.app && instance === first.instance);
  const known = isOfOne ? first : { ...first, instance: null, label: first.app };
  return [{ ...known, path, authors: others.length === 0 ? null : authors }];
}
