/**
 * Bodies and queries of requests, by the name that a route gives. Loaded with the first request that has one, and by what
 * makes the OpenAPI document.
 */
import * as v from "valibot";
import { PARAMETERS } from "./parameters.ts";

const MOST_ID = 64;

const yesOrNo = (description: string) => v.optional(v.pipe(v.boolean(), v.description(description)), false);

const moment = (description: string) =>
  v.optional(
    v.pipe(
      v.string(),
      // no option of a command
      v.regex(/^\d[\w.:+ -]{0,39}$/),
      v.description(`How long ago (30m, 12h, 7d) or a date (2026-11-20, 2026-11-20T14:00Z). ${description}`),
    ),
  );

/** A query is text. */
const wholeText = (description: string, usual: string, form: RegExp) =>
  v.optional(v.pipe(v.string(), v.regex(form), v.description(description)), usual);

const folder = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^\/[^\p{C}]{0,1000}$/u),
    v.description("Of the app, as /api/apps has it; it is needed where two apps have that name."),
  ),
);

export const REQUESTS = {
  /** Nothing may be said. */
  Nothing: v.strictObject({}),
  Report: v.strictObject({
    full: v.optional(
      v.pipe(
        v.picklist(["true", "false"]),
        v.description("Every reading of every process; else what a decision hangs on."),
      ),
      "false",
    ),
  }),
  Plan: v.pipe(
    v.strictObject({
      plan: v.optional(
        v.pipe(
          v.string(),
          v.maxLength(MOST_ID),
          v.description(
            "The `planId` that was answered before: it is carried out. Without it a plan is made, and nothing sent.",
          ),
        ),
      ),
      force: v.optional(
        v.pipe(
          v.boolean(),
          v.description("A plan without grace: SIGKILL at once. A plan that is carried out has its own."),
        ),
      ),
    }),
    v.check(
      ({ plan, force }) => plan === undefined || force === undefined,
      "`force` belongs to the making of a plan, not to its confirmation",
    ),
  ),
  Collection: v.strictObject({
    process: v.optional(
      v.pipe(
        v.string(),
        v.regex(PARAMETERS.id.form),
        v.description("A registered program, as /api/runtime names it; without it this server."),
      ),
    ),
    force: yesOrNo("Give the memory back to the system before the answer."),
  }),
  Buffers: v.strictObject({
    sizes: v.optional(
      v.pipe(
        v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64 * 1_024 ** 2))),
        v.minLength(1),
        v.maxLength(12),
        v.description("Bytes; else from 1 KB to 64 MB."),
      ),
    ),
    samples: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(101), v.description("Of each way; else 11.")),
    ),
  }),
  History: v.strictObject({
    table: v.optional(
      v.pipe(v.string(), v.maxLength(100), v.description("Names of tables with commas between them.")),
      "kills,events",
    ),
    since: moment("From then on; else a day."),
    until: moment("Up to then; else now."),
    limit: wholeText("Rows of each table at most.", "500", /^(?:[1-9]\d{0,2}|[1-4]\d{3}|5000)$/),
  }),
  Period: v.strictObject({
    since: moment("Else a week."),
    until: moment("Else now."),
    project: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^\/[^\p{C}]{0,1000}$/u),
        v.description("Only what works in this folder or below it: an absolute path."),
      ),
    ),
    top: wholeText("How many entries each list has.", "5", /^[1-9]\d?$/),
  }),
  OfFolder: v.strictObject({ directory: folder }),
  LogTail: v.strictObject({
    directory: folder,
    lines: wholeText("The last so many.", "200", /^(?:0|[1-9]\d{0,2}|1000)$/),
    stream: v.optional(v.pipe(v.picklist(["out", "err"]), v.description("One of them; else both."))),
    follow: v.optional(v.pipe(v.picklist(["true", "false"]), v.description("Wait for what comes.")), "true"),
  }),
  Run: v.strictObject({
    kind: v.picklist(["bench", "test"]),
    file: v.pipe(
      v.string(),
      v.regex(/^[^\p{C}]{1,1000}$/u),
      v.description("A path inside the project, from its root."),
    ),
  }),
} as const;
