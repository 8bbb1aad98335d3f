/** What a command has left: what it started with its last words is a shell yet when the command has ended. */
import { expect, test } from "bun:test";
import { leftRunning } from "../../../src/monitor/left-running.ts";
import { Watcher } from "../../../src/monitor/watcher.ts";
import { aPolicy, aProcess, aSelf } from "../../support/build.ts";
import { aMachine } from "./fakes.ts";

const REQUEST = { pid: 500, assignment: "RUN=this", clean: true };
const bears = (pid: number): boolean => pid === 20;

test.each([
  ["there at once", 1],
  ["a shell at the first look", 2],
])("one that is %s is named and ended", async (_name, nth) => {
  const machine = aMachine();
  machine.beforeSample = (samples) => {
    if (samples === nth) machine.processes = [20, 21].map((pid) => aProcess({ pid, ageMs: 10 }));
  };
  const watcher = new Watcher(machine.ports, aPolicy(), aSelf());
  const { processes } = await leftRunning(watcher, REQUEST, aSelf(), bears);
  expect(processes.map(({ process }) => process.id.pid)).toEqual([20]);
  expect(machine.sent).toEqual(["SIGTERM 20"]);
});
