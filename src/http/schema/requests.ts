/**
 * Bodies and queries of requests, by the name that a route gives. Loaded with the first request that has one, and by what
 * makes the OpenAPI document.
 */
import * as v from "valibot";

const MOST_ID = 64;

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
} as const;
