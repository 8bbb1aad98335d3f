import { expect, test } from "bun:test";
import { Target } from "../../../src/kill/target.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { aMachine } from "../monitor/fakes.ts";
import { sample } from "../launch/samples.ts";

/** A target whose pin answers as told, and the signals that its pin was asked for. */
function targetWith(answers: readonly ReturnType<Pin["send"]>[]) {
  const asked: string[] = [];
  const pin: Pin = {
    id: sample(10, 1).id,
    send: (signal) => answers[asked.push(signal) - 1] ?? "sent",
    exited: async () => false,
    mark: () => false,
    status: () => null,
    [Symbol.dispose]: () => undefined,
  };
  return { target: new Target(sample(10, 1), pin, aMachine().ports.clock), asked };
}

test.each(["not-permitted", "identity-changed"] as const)(
  "after a refusal (%s) nothing is sent any more but SIGCONT",
  (answer) => {
    const { target, asked } = targetWith([answer]);
    expect(target.send("SIGTERM")).toBe(false);
    expect(target.refusal).toBe(answer);
    expect(target.send("SIGKILL")).toBe(false);
    expect(asked).toEqual(["SIGTERM"]);
    expect(target.send("SIGCONT")).toBe(true);
    expect([asked, target.signals]).toEqual([["SIGTERM", "SIGCONT"], ["SIGCONT"]]);
  },
);

test("nobody there is an end, and nothing is sent after it", () => {
  const { target, asked } = targetWith(["gone"]);
  expect(target.send("SIGKILL")).toBe(false);
  expect(target.endedMs).not.toBeNull();
  expect(target.send("SIGCONT")).toBe(false);
  expect([asked, target.signals]).toEqual([["SIGKILL"], []]);
});
