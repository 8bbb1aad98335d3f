import { expect, test } from "bun:test";
import { Freeze } from "../../../src/kill/freeze.ts";
import { Target } from "../../../src/kill/target.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { aMachine } from "../monitor/fakes.ts";
import { sample } from "../launch/samples.ts";

test("a SIGCONT that cannot be sent: the guard is let go, which sends it, and the record stays for the next start", async () => {
  const { ports } = aMachine();
  const done: string[] = [];
  const pin: Pin = {
    id: sample(20, 1).id,
    send: (signal) => {
      if (signal === "SIGCONT") throw new Error("no process left to ask ps with");
      return "sent";
    },
    exited: async () => false,
    mark: () => false,
    status: () => ({
      state: "sleeping",
      threads: 1,
      ppid: 1,
      pendingKill: false,
      frozen: false,
    }),
    [Symbol.dispose]: () => undefined,
  };
  const freeze = await Freeze.begin(
    {
      control: {
        ...ports.control,
        guard: async () => ({
          watch: async () => undefined,
          [Symbol.asyncDispose]: async () => void done.push("guard let go"),
        }),
      },
      frozen: { ...ports.frozen, remove: () => void done.push("forgotten") },
    },
    "step",
    () => undefined,
  );
  expect(await freeze.stop([new Target(sample(20, 1), pin, ports.clock)])).toBe(true);
  const failure = await freeze[Symbol.asyncDispose]().catch(String);
  expect(failure).toContain("no process left");
  expect(done).toEqual(["guard let go"]);
});
