/** Where a value came from, so that a problem can point there. */
import type { Path } from "../syntax/document.ts";
import type { Position } from "../syntax/position.ts";
import { printablePath } from "./printable.ts";
import { configProblem, type Problem } from "./problem.ts";

export interface ValuePlace {
  readonly source: string;
  /** How keys are shown: below this one (`bunWatchdog` in package.json). */
  readonly prefix: Path;
  /** null: the source is no text (a flag, a variable). */
  readonly locate: ((path: Path, part: "key" | "value") => Position) | null;
}

export const problemAt = (
  code: Problem["code"],
  path: Path,
  { source, prefix, locate }: ValuePlace,
  details: Partial<Pick<Problem, "value" | "message" | "allowed" | "nearest">>,
): Problem =>
  configProblem(code, source, {
    at: locate?.(path, code === "unknown-key" ? "key" : "value") ?? null,
    key: printablePath([...prefix, ...path]),
    ...details,
  });
