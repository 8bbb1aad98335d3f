/** Why a job is over a limit, spared or protected: the notes under the table. */
import { printable } from "../../core/mask.ts";
import type { LimitName } from "../../core/policy.ts";
import { withRemedy } from "../../core/remedy.ts";
import type { JudgedJob } from "../../core/verdict.ts";
import { elsewhere } from "./command-name.ts";
import type { Note } from "./notes.ts";
import { dim, plain, red, yellow } from "./style.ts";

const LIMITS: Record<LimitName, string> = {
  concurrency: "the job limit",
  cpu: "the CPU limit",
  memory: "the memory limit",
  timeout: "the timeout",
};

/** Why: one per verdict above ok, and one per job that is spared or protected. */
export function reasons({ job, protectedBecause, owner, exempt, processes }: JudgedJob): Note[] {
  const { pid } = job.root.id;
  if (protectedBecause !== null) return [{ pid, word: "protected", text: protectedBecause, paint: dim }];
  if (owner !== null) {
    const named = owner.name === null ? "" : ` (${printable(owner.name, 100)})`;
    return [
      { pid, word: "gated", text: `by pid ${owner.pid}${named}, which keeps its limits`, paint: plain },
    ];
  }
  const over = processes.flatMap(({ process: judged, verdicts }) =>
    verdicts
      .filter(({ decision }) => decision !== "ok")
      .map((verdict) => ({
        pid: judged.id.pid,
        word: verdict.decision,
        text: `${verdict.decision === "runaway" ? withRemedy(verdict) : verdict.evidence}${elsewhere(judged.cwd)}`,
        paint: verdict.decision === "runaway" ? red : yellow,
      })),
  );
  if (exempt.length === 0) return over;
  const rules = [...new Set(exempt.map(({ rule, evidence }) => evidence ?? rule))].join(", ");
  const limits = [...new Set(exempt.map(({ limit }) => LIMITS[limit]))].join(" and ");
  return [...over, { pid, word: "spared", text: `from ${limits}: ${rules}`, paint: plain }];
}
