/** What became of a launch: said, reported, and passed on as an exit code or a signal. */
import type { GateRequest, GateResult } from "../../gate/run.ts";
import { systemClock } from "../../os/clock.ts";
import { dieOf } from "../../os/linux/die-of.ts";
import { exitAs, killLines } from "./ending.ts";
import type { Launch } from "./report.ts";
import { say } from "./say.ts";

/** 126 and 127 as shells have them; 75 is EX_TEMPFAIL of sysexits.h. */
const [NOT_EXECUTABLE, NOT_FOUND, REFUSED] = [126, 127, 75] as const;

export type Concluded = GateResult | { readonly kind: "not started"; readonly code: number };

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
      const { refusalText } = await import("./refusal.ts");
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

/** The command has had its say: a report that cannot be written does not change how it ended. */
async function report(launched: Launch, result: GateResult, exitCode: number): Promise<void> {
  if (launched.report === null) return;
  const { writeReport } = await import("./report.ts");
  const failure = writeReport(launched.report, launched, result, exitCode);
  if (failure !== null) say(failure);
}

/** A process that waits for us sees what it would have seen without us. Resolves only where the signal does not end us: as pid 1. */
async function diedOf(signal: number, code: number): Promise<number> {
  dieOf(signal);
  if (process.pid !== 1) await systemClock.sleep(1_000);
  return code;
}
