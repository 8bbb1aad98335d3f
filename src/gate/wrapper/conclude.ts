/** What became of a launch: said, reported, and passed on as an exit code or a signal. */
import type { GateRequest, GateResult } from "../run.ts";
import { systemClock } from "../../os/clock.ts";
import { dieOf, signalNumber } from "../../os/linux/pin/signals.ts";
import type { Launch } from "./report.ts";
import { say } from "./say.ts";
import type { JobEnding } from "../../core/slots/job-end.ts";
import { count, duration, processCount, who } from "../../text/wording.ts";
import { isDead } from "../../core/plan/outcome.ts";
import { describeOutcome } from "../../render/describe-outcome.ts";

/** 126 and 127 as shells have them; 75 is EX_TEMPFAIL of sysexits.h. */
const [NOT_EXECUTABLE, NOT_FOUND, REFUSED] = [126, 127, 75] as const;

type Concluded = GateResult | { readonly kind: "not started"; readonly code: number };

export function notStarted(error: unknown, { argv }: Pick<GateRequest, "argv">): Concluded {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code !== "ENOENT" && code !== "EACCES") throw error;
  say(`${argv[0]} cannot be started: ${code === "ENOENT" ? "it is not there" : "it may not be executed"}.`);
  return { kind: "not started", code: code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE };
}

export async function conclude(launched: Launch, result: Concluded): Promise<number> {
  switch (result.kind) {
    case "not started":
      return result.code;
    case "refused": {
      const { launchRefusalText: refusalText } = await import("./refusal.ts");
      console.error(refusalText(launched.request, result.refusal, result.waitedMs));
      await report(launched, result, REFUSED);
      return REFUSED;
    }
    case "ended": {
      for (const line of killLines(launched.request, result)) say(line);
      const exit = exitAs(result.end.ending);
      await report(launched, result, exit.code);
      return exit.signal === null ? exit.code : await diedOf(exit.signal, exit.code);
    }
  }
}

async function report(launched: Launch, result: GateResult, exitCode: number): Promise<void> {
  if (launched.report !== null) (await import("./report.ts")).writeReport(launched, result, exitCode);
}

/** A process that waits for us sees what it would have seen without us. Resolves only where the signal does not end us: as pid 1. */
async function diedOf(signal: number, code: number): Promise<number> {
  dieOf(signal);
  if (process.pid !== 1) await systemClock.sleep(1_000);
  return code;
}

const [TIMED_OUT, OVER_LIMIT, FAILED] = [124, 137, 125] as const;

interface Exit {
  readonly code: number;
  /** Number of the signal to die of, as the program did; null = exit with the code. */
  readonly signal: number | null;
}

export function exitAs(ending: JobEnding): Exit {
  if (ending.how === "exited") return { code: ending.code ?? 0, signal: null };
  if (ending.how === "signaled") {
    const signal = signalNumber(ending.signal);
    return { code: 128 + (signal ?? 0), signal };
  }
  const broken = ending.how === "timeout" ? TIMED_OUT : OVER_LIMIT;
  return { code: ending.how === "stopped" ? FAILED : broken, signal: null };
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
  if (ending.how === "exited" || ending.how === "signaled") {
    const left = `left ${processCount(ended.length)}: ${how} ${listed(ended)} (--keep lets them live)`;
    if (ended.length > 0) lines.push(`"${command}" is over and ${left}`);
  } else lines.push(`"${command}"${ending.how === "timeout" ? "" : ":"} ${ending.evidence}: ${fate}`);
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
