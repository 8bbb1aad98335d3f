/** The end of a program that is told to end, or that breaks: told of, cleaned up, and with the right exit code. */
import {
  type EndingCause,
  type EndingSignal,
  type EndingStep,
  type EndingState,
  endingStep,
} from "../core/program/ending.ts";
import { timerMs } from "../text/duration.ts";

export interface ProcessEventOptions {
  /** What is to be done before the end. What it throws is told of and changes nothing. */
  readonly cleanup?: (cause: EndingCause) => void | Promise<void>;
  /** The clean-up's time, 5 s where it is not given; then the program ends without it. It cannot interrupt a loop that never waits. */
  readonly cleanupTimeoutMs?: number;
  /** Is given each line that tells what happens; standard error where it is not given. */
  readonly log?: (line: string) => void;
}

const CLEANUP_TIMEOUT_MS = 5_000;

/** The handlers are there until this is disposed of. @throws RangeError where the time is no number over 0 */
export function installEnding({
  cleanup,
  cleanupTimeoutMs = CLEANUP_TIMEOUT_MS,
  log = console.error,
}: ProcessEventOptions): Disposable {
  if (!Number.isFinite(cleanupTimeoutMs) || cleanupTimeoutMs <= 0)
    throw new RangeError(`cleanupTimeoutMs is ${cleanupTimeoutMs}. It takes a number over 0.`);
  const ending = new Ending({ cleanup, cleanupTimeoutMs, log });
  const onSignal = (signal: EndingSignal): void => ending.signal(signal);
  const onException = (error: unknown): void => ending.fault("uncaughtException", error);
  const onRejection = (reason: unknown): void => ending.fault("unhandledRejection", reason);
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

interface EndingOptions extends Required<Omit<ProcessEventOptions, "cleanup">> {
  readonly cleanup: ProcessEventOptions["cleanup"];
}

class Ending {
  #state: EndingState = null;

  constructor(private readonly options: EndingOptions) {}

  signal(signal: EndingSignal): void {
    const step = this.#stepOf(signal);
    // the same one, which has come twice
    if (step.do === "nothing") return;
    this.#tell(`${signal}: the program ends${step.do === "exit" ? " at once" : ""}.`);
    this.#take(step);
  }

  fault(cause: "uncaughtException" | "unhandledRejection", error: unknown): void {
    this.#tell(
      `${cause === "uncaughtException" ? "Uncaught exception" : "Unhandled rejection"}: ${traceOf(error)}`,
    );
    this.#take(this.#stepOf(cause));
  }

  #stepOf(cause: EndingCause): EndingStep {
    return endingStep(this.#state, { type: "cause", cause, atMs: performance.now() });
  }

  #take(step: EndingStep): void {
    if (step.do === "exit") process.exit(step.code);
    if (step.do !== "clean-up") return;
    this.#state = step.state;
    if (step.state !== null) void this.#cleanUp(step.state.cause);
  }

  async #cleanUp(cause: EndingCause): Promise<void> {
    const { cleanup, cleanupTimeoutMs } = this.options;
    const late = setTimeout(() => {
      this.#tell(`The clean-up took longer than ${cleanupTimeoutMs} ms: the program ends without it.`);
      this.#take(endingStep(this.#state, { type: "late" }));
    }, timerMs(cleanupTimeoutMs));
    try {
      await cleanup?.(cause);
    } catch (error) {
      this.#tell(`The clean-up failed: ${traceOf(error)}`);
    }
    clearTimeout(late);
    this.#take(endingStep(this.#state, { type: "cleaned" }));
  }

  #tell(line: string): void {
    try {
      this.options.log(line);
    } catch {
      // a log that fails must not hold up the end, and there is no other place to tell of it
    }
  }
}

/** With where it was thrown; a thrown value may be anything. */
const traceOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : Bun.inspect(error);
