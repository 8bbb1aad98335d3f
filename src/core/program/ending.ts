/** What a program does that is told to end, or that breaks: each thing that may happen, whether it is already ending or not. */

export type EndingSignal = "SIGINT" | "SIGTERM";

export type EndingCause = EndingSignal | "uncaughtException" | "unhandledRejection";

export type EndingEvent =
  | { readonly type: "cause"; readonly cause: EndingCause; readonly atMs: number }
  /** The clean-up is over, whether it worked or not. */
  | { readonly type: "cleaned" }
  /** The clean-up had its time. */
  | { readonly type: "late" };

/** What it ends of, and since when. null: it runs. */
export type EndingState = { readonly cause: EndingCause; readonly atMs: number } | null;

export type EndingStep =
  | { readonly do: "clean-up"; readonly state: EndingState }
  | { readonly do: "exit"; readonly code: number }
  | { readonly do: "nothing" };

/** As a shell tells of them: 128 and the number of the signal (signal(7)); 1 for a fault. */
const CODES: Readonly<Record<EndingCause, number>> = {
  SIGINT: 130,
  SIGTERM: 143,
  uncaughtException: 1,
  unhandledRejection: 1,
};

/** Ctrl-C reaches a program that npm has started twice, from the terminal and from npm: nobody has pressed it twice. */
const SAME_MS = 100;

/**
 * The first cause decides the code. A signal while it is ending ends it at once: somebody does not want to wait. A fault
 * meanwhile is only told of, since the clean-up may have brought it about and has its time limit.
 */
export function endingStep(state: EndingState, event: EndingEvent): EndingStep {
  if (state === null) {
    if (event.type !== "cause") return { do: "nothing" };
    return { do: "clean-up", state: { cause: event.cause, atMs: event.atMs } };
  }
  if (event.type === "cause") {
    const isSame = event.cause === state.cause && event.atMs - state.atMs < SAME_MS;
    if (!isSignal(event.cause) || isSame) return { do: "nothing" };
  }
  return { do: "exit", code: CODES[state.cause] };
}

const isSignal = (cause: EndingCause): cause is EndingSignal => cause === "SIGINT" || cause === "SIGTERM";
