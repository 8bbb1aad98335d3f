/** Whose limits are in force where, in words: one line for people, and the headings "this project" and "elsewhere". */
import type { Loaded } from "../config/load.ts";
import type { Policy } from "../core/judge/policy.ts";
import { bytes, duration } from "../text/wording.ts";
import { shortPath } from "./command-name.ts";
import { plural, bold, dim } from "../text/style.ts";
import { harmInWords } from "../core/judge/governance-words.ts";
import { policyAt } from "../core/judge/governance.ts";
import type { JudgedJob } from "../core/judge/verdict.ts";

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

export const SCOPE_WORDS: Record<Policy["scope"], string> = {
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

interface Group {
  /** null: there is nothing to tell apart. */
  readonly title: string | null;
  readonly jobs: readonly JudgedJob[];
  /** What counts their number; null = nothing does. */
  readonly terms: Policy | null;
}

/** This project first, then the others that have a file, then what is nobody's. */
export function groupsOf(jobs: readonly JudgedJob[], policy: Policy, root: string): readonly Group[] {
  const { governance, scope } = policy;
  if (governance === undefined || scope === "project")
    return [{ title: null, jobs, terms: policyAt(root, policy) }];
  const of = (wanted: string | null): readonly JudgedJob[] =>
    jobs.filter(({ project }) => project === wanted);
  const others = [...new Set(jobs.flatMap(({ project }) => project ?? []))].filter((each) => each !== root);
  const harm = governance.harmOnly
    ? ` ${dim(`only harm is stopped: ${harmInWords(governance.elsewhere)}`)}`
    : "";
  const groups: readonly Group[] = [
    {
      title: `${bold("This project")} ${dim(shortPath(root))}`,
      jobs: of(root),
      terms: policyAt(root, policy),
    },
    ...others.map((project) => {
      const terms = policyAt(project, policy);
      const mode = terms.mode === "observe" ? "; only observed" : "";
      const file = `${shortPath(project)}, by its own file: ${limitsInWords(terms)}${mode}`;
      return { title: `${bold("Elsewhere")} ${dim(file)}`, jobs: of(project), terms };
    }),
    {
      title: bold("Elsewhere") + harm,
      jobs: of(null),
      terms: governance.harmOnly ? null : governance.elsewhere,
    },
  ];
  return groups.filter((group) => group.jobs.length > 0);
}
