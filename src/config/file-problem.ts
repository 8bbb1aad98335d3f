/** What is wrong with a file as a whole, where there is no text to point into. */
import { printable } from "./printable.ts";
import type { Problem, ProblemCode } from "./problem.ts";

export const fileProblem = (
  code: ProblemCode,
  path: string,
  message: string,
  allowed: string | null = null,
): Problem => ({
  code,
  source: printable(path, 300),
  at: null,
  key: "",
  value: null,
  message,
  allowed,
  nearest: null,
});
