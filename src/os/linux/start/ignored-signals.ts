/**
 * What was ignored on entry stays ignored: who says `nohup`, or puts a job into the background of a script, has asked for
 * it, and every program inherits it (signal(7)). Bun does not hand it on: each child begins with every signal's default.
 */
import { close, open } from "../ffi.ts";
import { textIn } from "../files/files.ts";
import { signalNumber } from "../pin/signals.ts";
import { processId } from "../proc/process-id.ts";

/** Bun itself ignores these two, so that nobody can tell what they were. */
const BUNS: ReadonlySet<number> = new Set([13, 25]);
const SIGCHLD = 17;
const LAST = 64;

let known: ReadonlySet<number> | null = null;

/** Their numbers. To be asked first before a handler is put in their place; empty where /proc cannot be read. */
export function ignoredSignals(): ReadonlySet<number> {
  if (known !== null) return known;
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(textIn("/proc/self/status"))?.[1];
  known = new Set(signalsIn(mask ?? "0").filter((number) => !BUNS.has(number) && number !== SIGCHLD));
  return known;
}

/** proc_pid_status(5): the lowest bit is signal 1. */
export const signalsIn = (mask: string): readonly number[] => {
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: LAST }, (_, at) => at + 1).filter(
    (number) => (bits >> BigInt(number - 1)) & 1n,
  );
};

export const isIgnored = (signal: NodeJS.Signals): boolean => ignoredSignals().has(signalNumber(signal) ?? 0);

const SHELL = "/bin/sh";

/** A command line that ignores the same and then becomes `argv`; `argv` itself where nothing is ignored. @throws where there is no shell */
export const withIgnoredSignals = (argv: readonly string[]): readonly string[] => {
  const numbers = [...ignoredSignals()];
  if (numbers.length === 0) return argv;
  requireShell(numbers);
  return [SHELL, "-c", `trap "" ${numbers.join(" ")}; exec "$@"`, "sh", ...argv];
};

function requireShell(numbers: readonly number[]): void {
  const shell = open(SHELL);
  if (shell >= 0) return void close(shell);
  const which = `${numbers.length === 1 ? "Signal" : "Signals"} ${numbers.join(", ")}`;
  const why = "(by nohup, or a script's background job), and only a shell can hand that on";
  throw Object.assign(
    new Error(`${which} must be ignored ${why}: this system has no ${SHELL}. Start it without that.`),
    { code: "NO_SHELL" },
  );
}

const SETTLED_MS = 1_000;

/** Returns when a child started with `ignoringToo` has become what it was started for: until then it is a shell. */
export function becameIt(pid: number): void {
  if (ignoredSignals().size === 0) return;
  const shell = processId(pid)?.exe;
  for (let waitedMs = 0; waitedMs < SETTLED_MS && processId(pid)?.exe === shell; waitedMs++) Bun.sleepSync(1);
}
