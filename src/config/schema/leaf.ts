/** The kinds of value a setting can have. Each carries, as metadata, the sentence that says what is allowed. */
import { isAlwaysTold } from "../../text/pattern/fits.ts";
import { CRON_FORM } from "./cron-form.ts";
import { PATTERN_FORM, patternProblem } from "./pattern-problem.ts";
import * as v from "valibot";

/** Reads `metadata({ allowed })` of a schema; null when it says nothing. */
export const allowedBy = (schema: v.GenericSchema): string | null => {
  const { allowed } = v.getMetadata(schema);
  return typeof allowed === "string" ? allowed : null;
};

type Optional<Entries extends v.ObjectEntries> = {
  readonly [Key in keyof Entries]: Entries[Key] extends v.GenericSchema
    ? v.ExactOptionalSchema<Entries[Key], undefined>
    : never;
};

export function optional<Entries extends Record<string, v.GenericSchema>>(
  entries: Entries,
): Optional<Entries> {
  const wrapped = Object.entries(entries).map(([key, schema]) => [key, v.exactOptional(schema)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what fromEntries cannot say of its keys
  return Object.fromEntries(wrapped) as Optional<Entries>;
}

/** An object of which every key may be missing, and no other may be there. */
export const anyOfLeaf = <Entries extends Record<string, v.GenericSchema>>(entries: Entries) =>
  v.strictObject(optional(entries));

/** A whole number within bounds; `reading` explains the unit in the message ("milliseconds"). */
export const wholeLeaf = (min: number, max: number, reading: string, description: string) =>
  v.pipe(
    v.number(),
    v.integer("must be a whole number"),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
    v.description(description),
    v.metadata({ allowed: `a whole number from ${min} to ${max} (${reading})` }),
  );

export const percent = (min: number, max: number, description: string) =>
  v.pipe(
    v.number(),
    v.finite("must be finite"),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
    v.description(description),
    v.metadata({ allowed: `a number from ${min} to ${max} (100 = one core)` }),
  );

export const oneOfLeaf = <const Options extends readonly string[]>(options: Options, description: string) =>
  v.pipe(
    v.picklist(options),
    v.description(description),
    v.metadata({ allowed: options.map((option) => `"${option}"`).join(", ") }),
  );

export const yesOrNo = (description: string) =>
  v.pipe(v.boolean(), v.description(description), v.metadata({ allowed: "true or false" }));

// eslint-disable-next-line no-control-regex -- control characters are what this refuses
const PRINTABLE = /^[^\u0000-\u001f\u007f]*$/u;

/** Text that is shown and logged: not blank, one line, no control characters. */
export const words = (maxLength: number, description: string) =>
  v.pipe(
    v.string(),
    v.regex(/\S/u, "must not be empty"),
    v.maxLength(maxLength, `must be at most ${maxLength} characters`),
    v.regex(PRINTABLE, "must not contain control characters"),
    v.description(description),
    v.metadata({ allowed: `a text of 1 to ${maxLength} characters on one line` }),
  );

const MAX_PATTERN = 1_000;

export const pattern = (description: string) =>
  v.pipe(
    v.string(),
    v.nonEmpty("must not be empty: an empty expression matches everything"),
    v.maxLength(MAX_PATTERN, `must be at most ${MAX_PATTERN} characters`),
    v.check(
      (text) => patternProblem(text) === null,
      (issue) => `is not a regular expression: ${patternProblem(issue.input) ?? ""}`,
    ),
    v.check(
      // what is no regular expression at all has been said above
      (text) => patternProblem(text) !== null || isAlwaysTold(text),
      "would take for ever on some command lines: it looks around or back (?=, ?!, ?<=, ?<!, \\1), or repeats too much. Write it without",
    ),
    v.description(description),
    // the last two are for editors
    v.metadata({
      allowed: "a JavaScript regular expression, without slashes",
      format: "regex",
      pattern: PATTERN_FORM,
    }),
  );

/** Only the form: node-cron (4 MB) says the rest when it is loaded, see cli/maintenance. */
export const cron = (description: string) =>
  v.pipe(
    v.string(),
    v.maxLength(200, "must be at most 200 characters"),
    v.regex(CRON_FORM, "is not a cron expression"),
    v.description(description),
    v.metadata({ allowed: 'a cron expression in local time, such as "0 6 * * *" (every day at 6:00)' }),
  );

const WEB = new Set(["http:", "https:"]);

export const webAddress = (description: string) =>
  v.pipe(
    v.string(),
    v.maxLength(4_096, "must be at most 4096 characters"),
    v.check((text) => URL.canParse(text) && WEB.has(new URL(text).protocol), "is not a web address"),
    v.description(description),
    v.metadata({
      allowed: "an address that begins with https:// or http://",
      pattern: "^\\s*[hH][tT][tT][pP][sS]?:",
    }),
  );
