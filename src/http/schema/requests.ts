/**
 * Bodies and queries of requests, by the name that a route gives. Loaded with the first request that has one, and by what
 * makes the OpenAPI document.
 */
import * as v from "valibot";

const yesOrNo = (description: string) => v.optional(v.pipe(v.boolean(), v.description(description)), false);

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
  Confirmed: v.strictObject({
    plan: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(64),
        v.description("Id of the plan that was shown; without it nothing is sent, and a plan is made."),
      ),
    ),
    force: yesOrNo("No grace: SIGKILL at once."),
  }),
} as const;
