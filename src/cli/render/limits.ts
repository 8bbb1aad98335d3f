/** The limits in force, in words: one line for people. */
import type { Loaded } from "../../config/load.ts";
import type { Policy } from "../../core/policy.ts";
import type { Report } from "../../monitor/report.ts";
import { bytes, duration } from "../../core/wording.ts";
import { shortPath } from "./command-name.ts";
import { plural } from "./style.ts";

/** "3 jobs, 80 % CPU for 60 s, 1 GB per process, 5 min per job". */
export function limitsInWords({ limits, cpuHoldMs }: Pick<Policy, "limits" | "cpuHoldMs">): string {
  const { concurrency, cpuPercent, memoryBytes, timeoutMs } = limits;
  const parts = [
    concurrency === null ? null : plural(concurrency, "job"),
    cpuPercent === null ? null : `${cpuPercent} % CPU for ${duration(cpuHoldMs)}`,
    memoryBytes === null ? null : `${bytes(memoryBytes)} per process`,
    timeoutMs === null ? null : `${duration(timeoutMs)} per job`,
  ];
  return parts.filter((part) => part !== null).join(", ") || "none";
}

/** What is in force in the project that somebody looks from, as the watchdog that runs sees it; before it has seen it, as loaded. */
export function inForceHere(
  { policy, config }: Pick<Report, "policy" | "config">,
  loaded: Loaded,
): { readonly policy: Policy; readonly config: string | null } {
  const { governance } = policy;
  if (governance === undefined) return { policy, config };
  const here = governance.projects.find(({ root }) => root === loaded.policy.projectRoot);
  return here === undefined
    ? { policy: loaded.policy, config: loaded.path }
    : { policy: here.policy, config: here.config ?? loaded.path };
}

export const SCOPES: Record<Policy["scope"], string> = {
  nearest: "all Bun processes of this account, each by the configuration file nearest above it",
  user: "all Bun processes of this account",
  project: "the Bun processes of this project",
  machine: "all Bun processes of this machine",
};

/** What to write where to have limits enforced; for mode observe. */
export const howToEnforce = (config: Loaded["path"]): string =>
  config === null
    ? "no configuration file, so here nothing is stopped; write .kiro/bun-process-config.json to change that"
    : `mode observe in ${shortPath(config)}, so here nothing is stopped`;
