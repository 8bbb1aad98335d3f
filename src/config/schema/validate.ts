/** Checks a value against the schema and turns everything that is wrong into problems. */
import * as v from "valibot";
import type { Path } from "../syntax/document.ts";
import { nearest } from "../../text/nearest.ts";
import { problemAt, type ValuePlace } from "./place.ts";
import { printableValue } from "./printable.ts";
import type { Problem } from "./problem.ts";
import { descend } from "../../text/json.ts";
import { type StrayObject, allowedAt, strays } from "./shape.ts";
import { fileSchema } from "./schema.ts";
import { isSecret } from "./secrets.ts";
import type { Layer } from "./settings.ts";

export type Validated =
  | { readonly ok: true; readonly layer: Layer }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** As many as a person reads: each one costs a look through the text, and whoever wrote the file may not be a friend. */
const MOST_PROBLEMS = 50;

/** All problems at once, in the order of the text. */
export function validate(value: unknown, place: ValuePlace): Validated {
  const found = strays(fileSchema, value)
    .slice(0, MOST_PROBLEMS)
    .map((stray) => strayProblem(stray, value, place));
  const result = v.safeParse(fileSchema, value);
  const reported = new Set(found.map(({ key }) => key));
  for (const issue of (result.issues ?? []).slice(0, MOST_PROBLEMS)) {
    for (const problem of issueProblems(issue, [], value, place)) {
      // The first complaint about a value names the cause; -1.5 need not be told twice that it is wrong.
      if (reported.has(problem.key)) continue;
      reported.add(problem.key);
      found.push(problem);
    }
  }
  if (result.success && found.length === 0) return { ok: true, layer: result.output };
  return { ok: false, problems: found.toSorted(byPosition) };
}

const byPosition = (a: Problem, b: Problem): number =>
  (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0);

const INNER = ["logging.directory", "logging.level", "logging.maxDays", "breaker.maxKillsPerMinute"];

function strayProblem({ path, kind, known }: StrayObject, root: unknown, place: ValuePlace): Problem {
  const value = descend(root, path);
  const shown = printableValue(value);
  if (kind === "list-for-object") {
    const allowed = allowedAt(fileSchema, root, path, {});
    return problemAt("wrong-type", path, place, {
      value: shown,
      message: "is a list, not an object",
      allowed,
    });
  }
  const key = String(path.at(-1));
  const inner = path.length === 1 ? (INNER.find((each) => each.split(".")[1] === key) ?? null) : null;
  return problemAt("unknown-key", path, place, {
    value: shown,
    message: "is not a key that is known here",
    nearest: inner ?? nearest(key, known),
    allowed: known.filter((each) => each !== "$schema").join(", "),
  });
}

const NOUNS: Readonly<Record<string, string>> = {
  number: "is not a number",
  string: "is not a text",
  boolean: "is neither true nor false",
  picklist: "is not one of the words that are known here",
  array: "is not a list",
  strict_object: "is not an object",
  union: "is neither a text nor an object",
  null: "is not null",
};

const pathOf = (issue: v.BaseIssue<unknown>): Path =>
  (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));

function issueProblems(
  issue: v.BaseIssue<unknown>,
  above: Path,
  root: unknown,
  place: ValuePlace,
): Problem[] {
  const path = [...above, ...pathOf(issue)];
  const missing = issue.type === "strict_object" && issue.expected?.startsWith('"') === true;
  if (missing) {
    const allowed = allowedAt(fileSchema, root, path, undefined);
    return [problemAt("missing-key", path, place, { message: "is missing", allowed })];
  }
  // Unknown keys are reported by `strays`, all of them.
  if (issue.type === "strict_object" && issue.expected === "never") return [];
  if (issue.type === "union" && typeof issue.input === "object" && issue.input !== null) {
    const objects = (issue.issues ?? []).filter(({ type }) => type !== "string");
    return objects.flatMap((inner) => issueProblems(inner, path, root, place));
  }
  const value = isSecret(path) ? "the value" : printableValue(issue.input);
  const wrongType = issue.kind === "schema" && issue.type !== "picklist";
  const what = issue.kind === "schema" ? (NOUNS[issue.type] ?? "is wrong") : issue.message;
  const code = wrongType ? "wrong-type" : "bad-value";
  // a pattern that does not compile has said why; how to write one adds nothing
  const isSaid = what.startsWith("is not a regular expression");
  const allowed = isSaid ? null : allowedAt(fileSchema, root, path, issue.input);
  return [problemAt(code, path, place, { value, message: `${value} ${what}`, allowed })];
}
