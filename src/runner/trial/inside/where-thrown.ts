/** Where a benchmark has failed: the file, line and column of a person's own code. */
import { relative } from "node:path";
import { descend } from "../../../text/json.ts";
import { messageOf } from "../../../text/system-error.ts";
import { packageFile } from "../../../trust/package-file.ts";

const FRAME = /^\s+at .*?\(?(\/[^()]+):(\d+):(\d+)\)?$/u;
const OUR_OWN = packageFile("/");

const isOurs = (path: string): boolean => path.startsWith(OUR_OWN) || path.includes("/node_modules/mitata/");

/** What a person is told of it. */
export function failureText(error: unknown): string {
  const where = whereThrown(error);
  return where === null ? messageOf(error) : `${messageOf(error)} (${where})`;
}

/** "sum.bench.ts:4:3", from the current folder; null = it is not known, or in none but our code. */
function whereThrown(error: unknown): string | null {
  const place = placeOf(error);
  if (place === null) return null;
  const [path, line, column] = place;
  const within = relative(process.cwd(), path);
  return `${within.startsWith("../") ? path : within}:${line}:${column}`;
}

type Place = readonly [path: string, line: string, column: string];

function placeOf(error: unknown): Place | null {
  // of what Bun cannot read or find there is no stack
  const file = descend(error, ["position", "file"]);
  if (typeof file === "string" && file !== "")
    return [
      file,
      String(descend(error, ["position", "line"])),
      String(descend(error, ["position", "column"])),
    ];
  const frames = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  for (const frame of frames) {
    const [, path, line = "", column = ""] = FRAME.exec(frame) ?? [];
    if (path !== undefined && !isOurs(path)) return [path, line, column];
  }
  return null;
}
