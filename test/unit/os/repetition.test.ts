import { expect, test } from "bun:test";
import { Repetition } from "../../../src/os/linux/repetition.ts";
import { aMachine } from "../monitor/fakes.ts";

const never = new AbortController().signal;
const failing = (): never => {
  throw new Error("cannot look");
};

test("looks again as much later as it was told, until it is over", async () => {
  const machine = aMachine();
  const { clock } = machine.ports;
  const startMs = machine.nowMs;
  const looks: number[] = [];
  const delays = [10, 200, null];
  const look = (): number | null => {
    looks.push(machine.nowMs - startMs);
    return delays.shift() ?? null;
  };
  await new Repetition(clock, 1_000, look).toEnd(never);
  expect(looks).toEqual([1_000, 1_010, 1_210]);
});

test("a look that somebody else has taken is not taken again", async () => {
  const machine = aMachine();
  const startMs = machine.nowMs;
  const looks: number[] = [];
  const look = (): number | null => {
    looks.push(machine.nowMs - startMs);
    return looks.length < 3 ? 1_000 : null;
  };
  const repetition = new Repetition(machine.ports.clock, 1_000, look);
  const end = repetition.toEnd(never);
  machine.nowMs += 1_500;
  repetition.lookIfDue();
  repetition.lookIfDue();
  expect(looks).toEqual([1_500]);
  await end;
  expect(looks).toEqual([1_500, 2_500, 3_500]);
});

test("what a look throws is thrown by whoever waits for the end, also when somebody else took it", async () => {
  const machine = aMachine();
  const alone = new Repetition(machine.ports.clock, 10, failing).toEnd(never);
  expect(alone).rejects.toThrow("cannot look");
  const resting = new Repetition(machine.ports.clock, 0, failing);
  resting.lookIfDue();
  expect(resting.toEnd(never)).rejects.toThrow("cannot look");
});

test("nobody looks once it is aborted", async () => {
  const stop = new AbortController();
  const end = new Repetition(aMachine().ports.clock, 0, failing).toEnd(stop.signal);
  stop.abort();
  expect(await end).toBeUndefined();
});
