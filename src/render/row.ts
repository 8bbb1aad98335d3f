/** What is said about one process: its row, in the table of `status` and in the live one, and the notes under it. */
import type { JudgedJob, JudgedProcess, Verdict } from "../core/judge/verdict.ts";
import { shortCommand, elsewhere } from "./command-name.ts";
import { dim, plain, red, yellow } from "../text/style.ts";
import { printable } from "../text/mask.ts";
import { typed } from "../trust/typed.ts";
import { withRemedy } from "../core/plan/remedy.ts";
import type { Note } from "./notes.ts";
import { OWNED_AS, SEVERITY, sparedFrom } from "./verdict-words.ts";

export interface Row {
  readonly job: JudgedJob;
  readonly judged: JudgedProcess;
  /** The verdict that matters most; null when all are ok. */
  readonly worst: Verdict | null;
}

function worstVerdict(judged: JudgedProcess): Verdict | null {
  const worst = judged.verdicts.toSorted((a, b) => SEVERITY[b.decision] - SEVERITY[a.decision])[0];
  return worst === undefined || worst.decision === "ok" ? null : worst;
}

export const rowsOf = (job: JudgedJob): readonly Row[] =>
  job.processes.map((judged) => ({ job, judged, worst: worstVerdict(judged) }));

const UNMANAGED = "unmanaged";

/** A protected job is never a victim, so what it does is no verdict on it. */
export function verdictCell({ job, worst, judged }: Row): string {
  const { state } = judged.process;
  const unusual = state === "running" || state === "sleeping" || state === "idle" ? "" : `, ${state}`;
  if (job.protectedBecause !== null) return `protected${unusual}`;
  if (job.owner !== null) return `${OWNED_AS[job.owner.kind]}${unusual}`;
  if (worst !== null) return `${worst.decision}: ${worst.rule}${unusual}`;
  if (job.isLeftManaged === true) return `${UNMANAGED}${unusual}`;
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

/** Why: one per verdict above ok, and one per job that is spared or protected. */
export function reasons(judged: JudgedJob): Note[] {
  const { job, protectedBecause, owner, exempt, processes } = judged;
  const { pid } = job.root.id;
  if (protectedBecause !== null) return [{ pid, word: "protected", text: protectedBecause, paint: dim }];
  if (owner !== null) {
    const named = owner.name === null ? "" : ` (${printable(owner.name, 100)})`;
    const text = `by pid ${owner.pid}${named}, which keeps its limits`;
    return [{ pid, word: OWNED_AS[owner.kind], text, paint: plain }];
  }
  const over = processes.flatMap(({ process: { id, cwd }, verdicts }) =>
    verdicts.flatMap((verdict): Note[] => {
      const { decision: word, evidence } = verdict;
      if (word === "ok") return [];
      const [text, paint] = word === "runaway" ? [withRemedy(verdict), red] : [evidence, yellow];
      return [{ pid: id.pid, word, text: text + elsewhere(cwd), paint }];
    }),
  );
  if (judged.isLeftManaged === true) {
    const text = `an app of bunctl without a manager; the next one goes on with it: ${typed("daemon start", "bunctl")}`;
    return [...over, { pid, word: UNMANAGED, text, paint: yellow }];
  }
  if (exempt.length === 0) return over;
  return [...over, { pid, word: "spared", text: sparedFrom(exempt), paint: plain }];
}
