/** What a row about one process says, in the table of `status` and in its live form. */
import type { JudgedJob, JudgedProcess, Verdict } from "../../core/verdict.ts";
import { shortCommand } from "./command-name.ts";
import { dim, plain, red, yellow } from "./style.ts";

export interface Row {
  readonly job: JudgedJob;
  readonly judged: JudgedProcess;
  /** The verdict that matters most; null when all are ok. */
  readonly worst: Verdict | null;
}

export const SEVERITY = { ok: 0, suspect: 1, runaway: 2 } as const;

function worstVerdict(judged: JudgedProcess): Verdict | null {
  const worst = judged.verdicts.toSorted((a, b) => SEVERITY[b.decision] - SEVERITY[a.decision])[0];
  return worst === undefined || worst.decision === "ok" ? null : worst;
}

/** One per Bun process of the job. */
export const rowsOf = (job: JudgedJob): readonly Row[] =>
  job.processes.map((judged) => ({ job, judged, worst: worstVerdict(judged) }));

/** The job that runs this command; it is left out. */
export const asks = ({ processes }: JudgedJob): boolean =>
  processes.some((judged) => judged.process.id.pid === process.pid);

/** A protected job is never a victim, so what it does is no verdict on it. */
export function verdictCell({ job, worst, judged }: Row): string {
  const { state } = judged.process;
  const unusual = state === "running" || state === "sleeping" || state === "idle" ? "" : `, ${state}`;
  if (job.protectedBecause !== null) return `protected${unusual}`;
  if (job.owner !== null) return `gated${unusual}`;
  if (worst !== null) return `${worst.decision}: ${worst.rule}${unusual}`;
  if (job.harmOnly) return `watched${unusual}`;
  return `${job.exempt.length > 0 ? "spared" : "ok"}${unusual}`;
}

/** Members hang below the root of their job. */
export function commandCell({ job, judged: { process } }: Row): string {
  const command = shortCommand(process.command, process.cwd);
  return process.id.pid === job.job.root.id.pid ? command : `└ ${command}`;
}

export function paintOf({ job, worst }: Row): (text: string) => string {
  if (job.protectedBecause !== null) return dim;
  if (worst === null) return plain;
  return worst.decision === "runaway" ? red : yellow;
}
