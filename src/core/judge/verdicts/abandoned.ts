/** What a launched job is still held to when its owner is dead: its own limits, and that it ends with it. */
import type { GatedJob } from "../owner.ts";
import { OWNER_NAMES } from "../../process/slot.ts";
import { atOnce, type Verdict } from "../verdict.ts";
import { bytes, duration } from "../../../text/wording.ts";
import type { Subject } from "./subject.ts";

/** In the evidence of what its launch said, and no configuration does. */
export const LAUNCHED_WITH = "launched with a";

/** On who stands at the top: the job goes as a whole. Memory is that of all of it, as its owner counted it. */
export function abandonedVerdicts(subject: Subject, job: GatedJob): readonly Verdict[] {
  if (!subject.isTop || subject.protectedBecause !== null) return [];
  return [deadline(job), memory(subject, job), leftBehind(subject, job)].filter((each) => each !== null);
}

const deadOwner = ({ record: { owner } }: GatedJob): string =>
  `its ${OWNER_NAMES[owner.kind]} (pid ${owner.pid}) is dead`;

function deadline(job: GatedJob): Verdict | null {
  const { record, abandoned } = job;
  const { deadlineMs } = record.limits;
  const overdueMs = abandoned?.overdueMs ?? null;
  if (deadlineMs === null || overdueMs === null || overdueMs <= 0) return null;
  const limit = deadlineMs - record.sinceMs;
  return {
    rule: "timeout",
    limit,
    value: limit + overdueMs,
    heldMs: overdueMs,
    holdMs: 0,
    decision: "runaway",
    evidence: `has run for ${duration(limit + overdueMs)} (${LAUNCHED_WITH} timeout of ${duration(limit)}), and ${deadOwner(job)}`,
  };
}

function memory({ job: { members } }: Subject, job: GatedJob): Verdict | null {
  const limit = job.record.limits.memoryBytes;
  if (limit === null) return null;
  const value = members.reduce(
    (sum, { memoryBytes, pssBytes }) => sum + Math.min(memoryBytes ?? 0, pssBytes ?? Infinity),
    0,
  );
  if (value <= limit) return null;
  const evidence = `uses ${bytes(value)} of memory (${LAUNCHED_WITH} limit of ${bytes(limit)}), and ${deadOwner(job)}`;
  return atOnce({ rule: "memory", limit, value, evidence });
}

/**
 * Whoever launched it promised that nothing stays behind, and whoever was to see to it is dead. A person's command sees to it at once;
 * a monitor gives the job as long as a victim has between SIGTERM and SIGKILL: who is ended with its owner needs that.
 */
function leftBehind({ look, policy }: Subject, job: GatedJob): Verdict | null {
  // who manages apps leaves them running when it ends, and the next one goes on with them
  if (job.record.keep || job.abandoned === null || job.record.owner.kind === "manager") return null;
  const holdMs = look === "one-shot" ? 0 : policy.killGraceMs;
  const heldMs = job.abandoned.deadForMs;
  return {
    rule: "leftover",
    limit: 0,
    value: 1,
    heldMs,
    holdMs,
    decision: heldMs >= holdMs ? "runaway" : "suspect",
    evidence: `${deadOwner(job)}, and nobody else would end what it launched`,
  };
}
