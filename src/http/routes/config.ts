/** What is configured, and where each value comes from. Nothing can be changed here: a file is. */
import { loadConfig } from "../../config/load.ts";
import { ConfigError } from "../../config/schema/problem.ts";
import type { Loaded } from "../../config/load.ts";
import { route, type Route } from "../route.ts";

export const CONFIG: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/config",
    summary:
      "The configuration of this project as its files are now, each value with where it comes from. Secrets are masked.",
    answer: "Config",
    handle: async ({ dashboard: { loaded } }) => {
      const [{ shownConfig }, { governanceInWords }, [now, problem]] = await Promise.all([
        import("../../config/shown.ts"),
        import("../../core/judge/governance-words.ts"),
        asItIs(loaded),
      ]);
      return {
        schemaVersion: 1,
        at: new Date().toISOString(),
        project: now.projectRoot,
        files: now.files,
        mode: now.policy.mode,
        problem,
        warnings: now.warnings,
        rule: governanceInWords(now.policy),
        values: shownConfig(now),
      };
    },
  }),
];

/** Where a file is broken now: what held before, and what is wrong. */
async function asItIs(loaded: Loaded): Promise<readonly [now: Loaded, problem: string | null]> {
  try {
    return [await loadConfig(loaded.options), null];
  } catch (error) {
    if (error instanceof ConfigError) return [loaded, error.message];
    throw error;
  }
}
