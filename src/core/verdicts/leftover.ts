/** A warning: `--watch` restarts in place and can leave the children of its former self behind (Z29). */
import { processKey, type ProcessSample } from "../process.ts";
import type { Verdict } from "../verdict.ts";
import { duration, who } from "../wording.ts";
import type { Subject } from "./subject.ts";

/** Workers of one pool start together; a restart comes after somebody has saved a file. */
const APART_MS = 5_000;

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
  return {
    rule: "leftover",
    limit: 0,
    value: 1,
    heldMs: newest.ageMs,
    holdMs: 0,
    decision: "suspect",
    evidence:
      `is a leftover ${under}: pid ${newest.id.pid} runs the same command, ` +
      `started ${duration(apartMs)} later`,
  };
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
