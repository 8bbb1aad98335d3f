/** For whoever starts this for the first time: what is under limits, what is only watched, what would be stopped. */
import { OWNED_AS } from "./verdict-words.ts";
import { join } from "node:path";
import pkg from "../../package.json" with { type: "json" };
import type { Loaded } from "../config/load.ts";
import { modeOf } from "../core/judge/governance.ts";
import { isOurs } from "../core/process/ours.ts";
import type { Policy } from "../core/judge/policy.ts";
import { isBun } from "../core/process/tree.ts";
import type { JudgedJob } from "../core/judge/verdict.ts";
import { duration } from "../text/wording.ts";
import type { Report } from "../wire/reports.ts";
import type { Watcher } from "../monitor/watcher.ts";
import { LOG_FILE } from "../record/log-files.ts";
import { shortCommand, shortenPaths, shortPath } from "./command-name.ts";
import { howToEnforce, limitsInWords } from "./limits.ts";
import { hanging, indented } from "./notes.ts";
import { bold, dim, lineWidth, plural, yellow } from "../text/style.ts";
import { cut } from "../text/table.ts";

/** Longer lines are hard to read; narrower terminals get what fits. */
const WIDEST = 100;
const MOST_NAME = 40;
const MOST_DOOMED = 3;

const width = (): number => Math.min(WIDEST, lineWidth());

/** The first screen of a monitor in the foreground. */
export function welcome(watcher: Watcher, loaded: Loaded, once: boolean): string {
  const { policy } = watcher;
  const { judgement } = watcher.look({ kind: "monitor", full: true });
  const how = once ? "looks once." : `looks every ${duration(policy.intervalMs)}. Ctrl-C ends it.`;
  const head = [
    `${bold(`bun-watchdog ${pkg.version}`)} ${how}`,
    `This project: ${limitsInWords(policy)}.`,
    ...(policy.mode === "enforce" ? [] : [yellow(`Here it only reports: ${howToEnforce(loaded.path)}.`)]),
    ...ELSEWHERE[policy.scope],
    dim(`Log: ${shortPath(join(loaded.logDirectory, LOG_FILE))}`),
  ];
  const wrapped = head.flatMap((line) => hanging(line, width()));
  return [...wrapped, "", ...firstContact({ policy, judgement }), ""].join("\n");
}

const ELSEWHERE: Readonly<Record<Policy["scope"], readonly string[]>> = {
  nearest: ["Other projects: by their own files. Everything else: only CPU loops."],
  user: ["Everything else: the same, or by the file nearest above it."],
  project: ["Nothing else is looked at."],
  machine: ["So is everything else on this machine."],
};

/** `isWatched`: a monitor runs, or is about to. */
export function firstContact(
  { policy, judgement }: Pick<Report, "policy" | "judgement">,
  isWatched = true,
): readonly string[] {
  const jobs = judgement.jobs.filter(({ job }) => !job.members.filter(isBun).every(isOurs));
  const under = jobs.filter((judged) => whyWatched(judged) === null);
  const watched = jobs.flatMap((judged) => {
    const why = whyWatched(judged);
    return why === null ? [] : [`${nameOf(judged)} (${why})`];
  });
  const doomed = jobs.flatMap(doomedOf);
  return [
    named("Under limits: ", under.map(nameOf)),
    named("Only watched: ", watched),
    doomed.length === 0 ? "Over a limit: nothing" : `Over a limit: ${whenStopped(policy, isWatched)}:`,
    ...doomed.slice(0, MOST_DOOMED).flatMap((each) => indented(each, "  ", width())),
    ...(doomed.length > MOST_DOOMED ? [`  and ${doomed.length - MOST_DOOMED} more`] : []),
  ];
}

/** null: it is under all limits. `status` says more. */
function whyWatched({ harmOnly, protectedBecause, owner }: JudgedJob): string | null {
  if (protectedBecause !== null) return "protected";
  if (owner !== null) return OWNED_AS[owner.kind];
  return harmOnly ? "elsewhere" : null;
}

const nameOf = ({ job: { root } }: JudgedJob): string =>
  `${root.id.pid} ${cut(shortenPaths(shortCommand(root.command, root.cwd)), MOST_NAME)}`;

/** One line: as many names as it has room for. */
function named(label: string, all: readonly string[]): string {
  if (all.length === 0) return `${label}nothing`;
  const sum = `${label}${plural(all.length, "job")}`;
  for (let shown = all.length; shown > 0; shown--) {
    const more = shown === all.length ? "" : ` and ${all.length - shown} more`;
    const line = `${sum}: ${all.slice(0, shown).join(", ")}${more}`;
    if (Bun.stringWidth(line) <= width()) return line;
  }
  return sum;
}

function doomedOf(judged: JudgedJob): readonly string[] {
  if (judged.protectedBecause !== null || judged.owner !== null) return [];
  const verdict = judged.processes
    .flatMap(({ verdicts }) => verdicts)
    .find(({ rule, decision }) => decision === "runaway" && (!judged.harmOnly || rule === "cpu"));
  return verdict === undefined ? [] : [`${nameOf(judged)} ${verdict.evidence}`];
}

function whenStopped(policy: Policy, isWatched: boolean): string {
  if (modeOf(policy) === "observe") return "would be stopped, if anything were (mode observe)";
  if (!isWatched) return "nobody watches, so the next cleanup stops";
  const reprieveMs = policy.armTicks * policy.intervalMs;
  return reprieveMs === 0 ? "is stopped now" : `will be stopped in ${duration(reprieveMs)}`;
}
