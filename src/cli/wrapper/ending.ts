/** Turns a job's end into what the wrapper's starter gets: an exit code or a signal, and a line for every kill. */
import type { Ending } from "../../core/job-end.ts";
import { count, duration, processCount, who } from "../../core/wording.ts";
import { isDead } from "../../core/outcome.ts";
import { signalNumber } from "../../os/linux/signals.ts";
import { describeOutcome } from "../render/describe-outcome.ts";
import type { GateRequest, GateResult } from "../../gate/run.ts";

const [TIMED_OUT, OVER_LIMIT, FAILED] = [124, 137, 125] as const;

export interface Exit {
  readonly code: number;
  /** Number of the signal to die of, as the program did; null = exit with the code. */
  readonly signal: number | null;
}

export function exitAs(ending: Ending): Exit {
  switch (ending.how) {
    case "exited":
      return { code: ending.code, signal: null };
    case "signaled": {
      const signal = signalNumber(ending.signal);
      return { code: 128 + (signal ?? 0), signal };
    }
    case "timeout":
      return { code: TIMED_OUT, signal: null };
    case "memory":
    case "cpu":
      return { code: OVER_LIMIT, signal: null };
    case "stopped":
      return { code: FAILED, signal: null };
  }
}

type Ended = Extract<GateResult, { kind: "ended" }>;

/** None for a job that ended by itself and left nothing. */
export function killLines(
  { command }: Pick<GateRequest, "command">,
  { end }: Pick<Ended, "end">,
): readonly string[] {
  const { ending, outcomes, survivors } = end;
  // one that had become another program between two looks is in the list as both
  const ended = outcomes.filter(({ result }) => isDead(result) && result.outcome !== "identity-changed");
  const killed = ended.some(({ signals }) => signals.includes("SIGKILL"));
  const how = killed ? "killed" : "ended";
  const took = `${duration(end.tookMs)} after its start`;
  const fate = `${extent(ended.length, survivors.length, how)}, ${took}`;
  const lines: string[] = [];
  switch (ending.how) {
    case "exited":
    case "signaled":
      if (ended.length > 0)
        lines.push(
          `"${command}" is over and left ${processCount(ended.length)}: ${how} ${listed(ended)} (--keep lets them live)`,
        );
      break;
    case "timeout":
      lines.push(`"${command}" ${ending.evidence}: ${fate}`);
      break;
    case "cpu":
    case "memory":
    case "stopped":
      lines.push(`"${command}": ${ending.evidence}: ${fate}`);
  }
  for (const { result, ...held } of outcomes)
    if (result.outcome === "zombie" && result.tracer !== undefined)
      lines.push(`${who({ ...held, pid: held.id.pid })}: ${describeOutcome(result)}`);
  for (const survivor of survivors) lines.push(`still alive: ${who({ ...survivor, pid: survivor.id.pid })}`);
  return lines;
}

/** The kernel may have killed all there was; where somebody lives on it is not all of it. */
function extent(ended: number, alive: number, how: string): string {
  if (alive > 0) return `${how} ${processCount(ended)} of it and not all`;
  return ended === 0 ? "nothing of it is left" : `${how} all of it (${processCount(ended)})`;
}

const MOST_NAMED = 3;

function listed(ended: Ended["end"]["outcomes"]): string {
  const names = ended.slice(0, MOST_NAMED).map(({ id, command }) => who({ pid: id.pid, command }));
  const more = ended.length - names.length;
  return [...names, ...(more > 0 ? [count(more, "other")] : [])].join(", ");
}
