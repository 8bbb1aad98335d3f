/** Three lines for whoever starts this for the first time: who is under limits, who is only watched, who would be stopped. */
import { modeOf } from "../../core/governance.ts";
import { isOurs } from "../../core/ours.ts";
import type { Policy } from "../../core/policy.ts";
import { isBun } from "../../core/tree.ts";
import type { JudgedJob, Verdict } from "../../core/verdict.ts";
import { duration } from "../../core/wording.ts";
import type { Report } from "../../monitor/report.ts";
import { shortCommand } from "./command-name.ts";
import { plural } from "./style.ts";

const MOST_NAMED = 3;

/** `isWatched`: a monitor runs, or is about to. */
export function firstContact(
  { policy, judgement }: Pick<Report, "policy" | "judgement">,
  isWatched = true,
): readonly string[] {
  const jobs = judgement.jobs.filter(({ job }) => !job.members.filter(isBun).every(isOurs));
  const under = jobs.filter((judged) => !isOnlyWatched(judged));
  const watched = jobs.filter(isOnlyWatched);
  const doomed = jobs.flatMap(doomedOf);
  return [
    `Under limits: ${named(under.map(nameOf))}`,
    `Only watched: ${named(watched.map((judged) => `${nameOf(judged)} (${whyWatched(judged)})`))}`,
    doomed.length === 0
      ? "Over a limit now: nothing"
      : `Over a limit now; ${whenStopped(policy, isWatched)}: ${named(doomed)}`,
  ];
}

const isOnlyWatched = ({ harmOnly, protectedBecause, owner }: JudgedJob): boolean =>
  harmOnly || protectedBecause !== null || owner !== null;

function whyWatched({ protectedBecause, owner }: JudgedJob): string {
  if (protectedBecause !== null) return protectedBecause;
  return owner === null ? "elsewhere: only harm is stopped" : "its own wrapper looks after it";
}

const nameOf = ({ job: { root } }: JudgedJob): string =>
  `${root.id.pid} ${shortCommand(root.command, root.cwd)}`;

function named(all: readonly string[]): string {
  if (all.length === 0) return "nobody";
  const more = all.length - MOST_NAMED;
  const names = all.slice(0, MOST_NAMED).join(", ");
  return `${plural(all.length, "job")}: ${names}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Over a limit that holds for it. */
function doomedOf(judged: JudgedJob): readonly string[] {
  if (judged.protectedBecause !== null || judged.owner !== null) return [];
  const counts = ({ rule, decision }: Verdict): boolean =>
    decision === "runaway" && (!judged.harmOnly || rule === "cpu");
  const verdict = judged.processes.flatMap(({ verdicts }) => verdicts).find(counts);
  return verdict === undefined ? [] : [`${nameOf(judged)} ${verdict.evidence}`];
}

function whenStopped(policy: Policy, isWatched: boolean): string {
  if (modeOf(policy) === "observe") return "would be stopped, if anything were (mode observe)";
  if (!isWatched) return "nobody watches, so the next cleanup stops";
  const reprieveMs = policy.armTicks * policy.intervalMs;
  return reprieveMs === 0 ? "is stopped now" : `will be stopped in ${duration(reprieveMs)}`;
}
