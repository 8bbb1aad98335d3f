/** A warning: something starts this program again and again, and is what to stop (Z09). */
import type { History } from "../history.ts";
import { signatureOf } from "../lineage.ts";
import { type ProcessSample, processKey } from "../../process/process.ts";
import { respawnKey, RESTART_WINDOW_MS } from "../repeats.ts";
import { warning, type Verdict } from "../verdict.ts";
import { count, duration, who } from "../../../text/wording.ts";
import type { Subject } from "./subject.ts";

/** A crash and a retry happen; the third replacement within the window is a loop. */
const REPLACED_AT_LEAST = 3;

export function restartedVerdict(subject: Subject): Verdict | null {
  return withoutGap(subject) ?? replacedVerdict(subject);
}

/** At a reaper: a service that is restarted all the time, or a program that starts itself and takes our mark off. */
function withoutGap({ process, job, nowMs }: Subject): Verdict | null {
  const sinceMs = job.unmarkedSinceMs;
  if (sinceMs === undefined || process !== job.root) return null;
  return warning(
    "restarts",
    nowMs - sinceMs,
    `comes after others of its kind without a gap, for ${duration(nowMs - sinceMs)} now: ` +
      `whatever stands above it (pid ${process.ppid}) starts it again, or it starts itself and takes our mark off`,
  );
}

function replacedVerdict({ process, history, nowMs }: Subject): Verdict | null {
  const known = history.restarts.get(respawnKey(process));
  const first = known?.startsMs[0];
  if (known === undefined || first === undefined || known.startsMs.length <= REPLACED_AT_LEAST) return null;
  const replaced = known.startsMs.length - living(process, history);
  if (replaced < REPLACED_AT_LEAST) return null;
  return {
    rule: "restarts",
    limit: REPLACED_AT_LEAST,
    value: replaced,
    heldMs: nowMs - first,
    holdMs: RESTART_WINDOW_MS,
    decision: "suspect",
    evidence:
      `was replaced ${count(replaced, "time")} in ${duration(nowMs - first)}: ` +
      `${who(known.supervisor)} starts it again, so that is what to stop`,
  };
}

/** Siblings with one command line are a pool, not replacements of each other. */
function living(process: ProcessSample, { processes }: History): number {
  const signature = signatureOf(process);
  let siblings = 0;
  for (const other of processes.values())
    if (other.parent.pid === process.ppid && other.signature === signature) siblings++;
  return siblings;
}

/** Workers of one pool start together; a restart comes after somebody has saved a file. */
const APART_MS = 5_000;

/** A warning: `--watch` restarts in place and can leave the children of its former self behind (Z29). */
export function leftoverVerdict(subject: Subject): Verdict | null {
  const { process, job, known } = subject;
  const watched = job.root.kind === "watch" || job.root.kind === "hot";
  if (process === job.root || known === null || !(watched || known.orphaned)) return null;
  const newest = job.members
    .filter((member) => isTwin(member, subject))
    .toSorted((a, b) => a.ageMs - b.ageMs)[0];
  if (newest === undefined) return null;
  const apartMs = process.ageMs - newest.ageMs;
  if (apartMs < APART_MS) return null;
  const under = watched ? `of ${who({ pid: job.root.id.pid, command: job.root.command })}` : "of its job";
  const later = `pid ${newest.id.pid} runs the same command, started ${duration(apartMs)} later`;
  return warning("leftover", newest.ageMs, `is a leftover ${under}: ${later}`);
}

/** Same command, born under the same parent. */
function isTwin(member: ProcessSample, { process, known, history }: Subject): boolean {
  const other = history.processes.get(processKey(member.id));
  return (
    member !== process &&
    other !== undefined &&
    other.signature === known?.signature &&
    (other.parent.pid === known.parent.pid || known.orphaned)
  );
}
