/** Each thing that may happen to a program, while it runs and while it ends. */
import { expect, test } from "bun:test";
import {
  type EndingCause,
  type EndingEvent,
  type EndingState,
  endingStep,
} from "../../../../src/core/program/ending.ts";

const CAUSES: readonly (readonly [cause: EndingCause, code: number])[] = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["uncaughtException", 1],
  ["unhandledRejection", 1],
];
const at = (cause: EndingCause, atMs: number): EndingEvent => ({ type: "cause", cause, atMs });

test.each([...CAUSES])("%s begins the clean-up, and the code is %d", (cause, code) => {
  const state: EndingState = { cause, atMs: 5 };
  expect(endingStep(null, at(cause, 5))).toEqual({ do: "clean-up", state });
  expect(endingStep(state, { type: "cleaned" })).toEqual({ do: "exit", code });
  expect(endingStep(state, { type: "late" })).toEqual({ do: "exit", code });
});

test.each(CAUSES.flatMap(([first, code]) => CAUSES.map(([second]) => [second, first, code] as const)))(
  "%s while it ends of %s",
  (second, first, code) => {
    const step = endingStep({ cause: first, atMs: 0 }, at(second, 1_000));
    const isSignal = second === "SIGINT" || second === "SIGTERM";
    expect(step).toEqual(isSignal ? { do: "exit", code } : { do: "nothing" });
  },
);

test("a signal that arrives twice at once was sent once", () => {
  expect(endingStep({ cause: "SIGINT", atMs: 0 }, at("SIGINT", 99))).toEqual({ do: "nothing" });
  expect(endingStep({ cause: "SIGINT", atMs: 0 }, at("SIGINT", 100))).toEqual({ do: "exit", code: 130 });
  expect(endingStep({ cause: "SIGINT", atMs: 0 }, at("SIGTERM", 1))).toEqual({ do: "exit", code: 130 });
});

test("a program that runs has cleaned up nothing", () => {
  expect(endingStep(null, { type: "cleaned" })).toEqual({ do: "nothing" });
  expect(endingStep(null, { type: "late" })).toEqual({ do: "nothing" });
});
