/** What the wrapper says of itself. What nobody has caught ends it as a failure of its own; relay.ts ends the job with it. */
import { printableLines } from "../../text/mask.ts";
import { describeFailure } from "../../text/errors.ts";
import { isQuiet } from "../../text/quiet.ts";
import { takenWords, type Capacity } from "../../core/slots/admission.ts";
import { duration } from "../../text/wording.ts";
import { readLink } from "../../os/linux/files/files.ts";

/** With --quiet no warnings: what it ends with is said all the same. */
export function say(line: string): void {
  if (!isQuiet() || !line.startsWith("warning:")) console.error(printableLines(`bun-wrapper: ${line}`));
}

export const WRAPPER_FAILED = 125;

export function sayFailure(error: unknown): void {
  const { text } = describeFailure(error, Boolean(process.env["DEBUG"]));
  console.error(text.replace(/^error: /, "bun-wrapper: "));
}

function end(error: unknown): never {
  sayFailure(error);
  process.exit(WRAPPER_FAILED);
}

export function endOnCrash(): void {
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

const CLEAR_LINE = "\r\u001B[2K";
const EVERY_MS = 1_000;

export interface WaitingLine {
  readonly show: (seen: Capacity) => void;
  readonly clear: () => void;
}

/** Not process.stderr.isTTY: to ask that costs as much as a second start of Bun. */
const isTerminal = (): boolean => /^\/dev\/(?:pts\/|tty)/.test(String(readLink("/proc/self/fd/2")));

export function waitingLine(): WaitingLine {
  let seen: Capacity | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const startedMs = performance.now();
  const draw = (): void => {
    if (seen !== null) void Bun.stderr.write(CLEAR_LINE + waitingText(seen, performance.now() - startedMs));
  };
  return {
    show: (now) => {
      seen = now;
      if (timer !== null || isQuiet() || !isTerminal()) return;
      draw();
      timer = setInterval(draw, EVERY_MS);
    },
    clear: () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      void Bun.stderr.write(CLEAR_LINE);
    },
  };
}

function waitingText(seen: Capacity, waitedMs: number): string {
  const before = seen.ahead === 0 ? "next" : `${seen.ahead} ahead`;
  return `bun-wrapper: waiting for a slot: ${takenWords(seen)}; ${before} … ${duration(waitedMs)}`;
}
