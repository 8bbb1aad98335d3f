/** The screen a first `npm start` shows: who is watched, under which limits, and what runs now. */
import { join } from "node:path";
import pkg from "../../../package.json" with { type: "json" };
import type { Loaded } from "../../config/load.ts";
import { governanceInWords } from "../../core/governance-words.ts";
import { duration } from "../../core/wording.ts";
import type { Watcher } from "../../monitor/watcher.ts";
import { LOG_FILE } from "../../record/log-files.ts";
import { shortPath } from "./command-name.ts";
import { firstContact } from "./first-contact.ts";
import { renderJudgement } from "./judgement.ts";
import { howToEnforce, limitsInWords, SCOPES } from "./limits.ts";
import { bold, dim, yellow } from "./style.ts";

export function welcome(watcher: Watcher, loaded: Loaded, once: boolean): string {
  const { policy } = watcher;
  const enforces = policy.mode === "enforce";
  const { judgement } = watcher.look({ kind: "monitor", full: true });
  const log = shortPath(join(loaded.logDirectory, LOG_FILE));
  return [
    `${bold(`bun-watchdog ${pkg.version}`)} watches ${SCOPES[policy.scope]}, every ${duration(policy.intervalMs)},`,
    `and ${enforces ? "stops" : "only reports"} what goes over a limit.${once ? " It looks once." : " Ctrl-C ends it."}`,
    "",
    ...governanceInWords(policy).map(dim),
    `Limits: ${limitsInWords(policy)}`,
    ...(enforces ? [] : [yellow(`Observing: ${howToEnforce(loaded.path)}.`)]),
    dim(`Configuration: ${loaded.path === null ? "none" : shortPath(loaded.path)}`),
    dim(`Log: ${log}`),
    "",
    ...firstContact({ policy, judgement }),
    "",
    renderJudgement(judgement, policy, policy.projectRoot),
    "",
  ].join("\n");
}
