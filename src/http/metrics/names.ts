/**
 * What projects and apps are called in labels. A label names neither a process nor a command line, and each metric has so many series
 * at most, whatever a machine runs: what is beyond that is one more series, `(other)`.
 */
import { maskText, printable } from "../../text/mask.ts";

export const MOST_SERIES = 50;
export const OTHER = "(other)";
/** Of a job that is under no project's limits, or of no app. */
export const NONE = "(none)";

const MOST_CHARACTERS = 80;

export const label = (text: string): string => printable(maskText(text), MOST_CHARACTERS);

/** The last folder of each path, and as many above it as it takes to tell it from the others. */
export function shortNames(paths: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let open = [...new Set(paths)];
  for (let parts = 1; open.length > 0; parts++) {
    const byTail = Map.groupBy(open, (path) => tail(path, parts));
    open = [];
    for (const [name, alike] of byTail)
      for (const path of alike)
        if (alike.length === 1 || tail(path, parts + 1) === name) names.set(path, label(name || "/"));
        // there is more of it to tell
        else open.push(path);
  }
  return names;
}

const tail = (path: string, parts: number): string => path.split("/").filter(Boolean).slice(-parts).join("/");
