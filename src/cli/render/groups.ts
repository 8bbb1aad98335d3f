/** "This project" and "elsewhere": whose limits the jobs under one heading are under. */
import { harmInWords } from "../../core/governance-words.ts";
import { policyAt } from "../../core/governance.ts";
import type { Policy } from "../../core/policy.ts";
import type { JudgedJob } from "../../core/verdict.ts";
import { shortPath } from "./command-name.ts";
import { limitsInWords } from "./limits.ts";
import { bold, dim } from "./style.ts";

export interface Group {
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
  const here = jobs.filter(({ project }) => project === root);
  const others = [...new Set(jobs.map(({ project }) => project))].filter(
    (project) => project !== null && project !== root,
  );
  const nobodys = jobs.filter(({ project }) => project === null);
  const groups = [
    { title: `${bold("This project")} ${dim(shortPath(root))}`, jobs: here, terms: policyAt(root, policy) },
    ...others.map((project) => elsewhere(project ?? "/", jobs, policy)),
    {
      title: governance.harmOnly
        ? `${bold("Elsewhere")} ${dim(`only harm is stopped: ${harmInWords(governance.elsewhere)}`)}`
        : bold("Elsewhere"),
      jobs: nobodys,
      terms: governance.harmOnly ? null : governance.elsewhere,
    },
  ];
  return groups.filter((group) => group.jobs.length > 0);
}

function elsewhere(project: string, jobs: readonly JudgedJob[], policy: Policy): Group {
  const terms = policyAt(project, policy);
  const mode = terms.mode === "observe" ? "; only observed" : "";
  return {
    title: `${bold("Elsewhere")} ${dim(`${shortPath(project)}, by its own file: ${limitsInWords(terms)}${mode}`)}`,
    jobs: jobs.filter((job) => job.project === project),
    terms,
  };
}
