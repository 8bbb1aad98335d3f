/** How long a job, or one process of it, may run. */
import { isBelowCommand } from "../command.ts";
import { programAgeMs } from "../../process/process.ts";
import type { Verdict } from "../verdict.ts";
import { duration } from "../../../text/wording.ts";
import type { Subject } from "./subject.ts";

export function timeoutVerdict(subject: Subject): Verdict | null {
  const { process, job, limits, protectedBecause, history, self } = subject;
  const limit = limits.limits.timeoutMs;
  if (limit === null || protectedBecause !== null || isBelowCommand(process, job, history, self)) return null;
  // whoever else is at the top was not proven to go on with anything: who is young has not run for long
  const value = process === job.root ? job.ageMs : programAgeMs(process);
  const held = { rule: "timeout", limit, value, heldMs: Math.max(0, value - limit), holdMs: 0 } as const;
  const evidence = `has run for ${duration(value)}${succession(subject)} (limit ${duration(limit)})`;
  if (value <= limit) return { ...held, decision: "ok", evidence };
  const open = limits.undecided.find((exemption) => exemption.limit === "timeout");
  if (open === undefined) return { ...held, decision: "runaway", evidence };
  const unread = `; whether "${open.rule}" spares it cannot be read`;
  return { ...held, decision: "suspect", evidence: evidence + unread, isUnread: true };
}

const succession = ({ process, job }: Subject): string =>
  process === job.root && job.generation > 0
    ? ` in ${job.generation + 1} processes, one after the other`
    : "";
