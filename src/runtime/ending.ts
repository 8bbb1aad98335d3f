/** The end of a program that is told to end, or that breaks: told of, cleaned up, and with the right exit code. */
import {
  type EndingCause,
  type EndingEvent,
  type EndingSignal,
  type EndingStep,
  type EndingState,
  endingStep,
} from "../core/program/ending.ts";

export interface ProcessEventOptions {
  /** What is to be done before the end. What it throws is told of and changes nothing. */
  readonly cleanup?: (cause: EndingCause) => void | Promise<void>;
  /** The clean-up's time, 5 s where it is not given; then the program ends without it. It cannot interrupt a loop that never waits. */
  readonly cleanupTimeoutMs?: number;
  /** Is given each line that tells what happens; standard error where it is not given. */
  readonly log?: (line: string) => void;
}

const CLEANUP_TIMEOUT_MS = 5_000;

/** A timer takes more for 1 ms. */
export const timerMs = (ms: number): number => Math.min(ms, 2 ** 31 - 1);

/** The handlers are there until this is disposed of. @throws RangeError where the time is no number over 0 */
export function installEnding(options: ProcessEventOptions): Disposable {
  const { cleanup, cleanupTimeoutMs = CLEANUP_TIMEOUT_MS, log = console.error } = options;
  if (!Number.isFinite(cleanupTimeoutMs) || cleanupTimeoutMs <= 0)
    throw new RangeError(`cleanupTimeoutMs is ${cleanupTimeoutMs}. It takes a number over 0.`);
  let state: EndingState = null;

  const tell = (line: string): void => {
    try {
      log(line);
    } catch {
      // a log that fails must not hold up the end, and there is no other place to tell of it
    }
  };
  const cleanUp = async (cause: EndingCause): Promise<void> => {
    const late = setTimeout(() => {
      tell(`The clean-up took longer than ${cleanupTimeoutMs} ms: the program ends without it.`);
      happen({ type: "late" });
    }, timerMs(cleanupTimeoutMs));
    try {
      await cleanup?.(cause);
    } catch (error) {
      tell(`The clean-up failed: ${traceOf(error)}`);
    }
    clearTimeout(late);
    happen({ type: "cleaned" });
  };
  const happen = (event: EndingEvent): EndingStep["do"] => {
    const step = endingStep(state, event);
    if (step.do === "exit") process.exit(step.code);
    if (step.do === "clean-up") {
      state = step.state;
      if (state !== null) void cleanUp(state.cause);
    }
    return step.do;
  };
  const onCause = (cause: EndingCause, line: string): void => {
    tell(line);
    happen({ type: "cause", cause, atMs: performance.now() });
  };
  const onSignal = (signal: EndingSignal): void =>
    onCause(signal, `${signal}: the program ends${state === null ? "" : " at once"}.`);
  const onException = (error: unknown): void =>
    onCause("uncaughtException", `Uncaught exception: ${traceOf(error)}`);
  const onRejection = (reason: unknown): void =>
    onCause("unhandledRejection", `Unhandled rejection: ${traceOf(reason)}`);

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.on("uncaughtException", onException);
  process.on("unhandledRejection", onRejection);
  return {
    [Symbol.dispose]: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      process.off("uncaughtException", onException);
      process.off("unhandledRejection", onRejection);
    },
  };
}

/** With where it was thrown; a thrown value may be anything. */
const traceOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : Bun.inspect(error);
