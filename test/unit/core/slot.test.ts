import { expect, test } from "bun:test";
import {
  depthOf,
  insideJob,
  jobIdOf,
  jobsOf,
  launcherOf,
  slotOf,
  type SlotRecord,
} from "../../../src/core/slot.ts";
import { aProcess } from "../../support/build.ts";

const launcher = { pidNamespace: "4026531836", pid: 4711, startTicks: 99_887 };
const first = jobIdOf(launcher, 1);
const second = jobIdOf({ ...launcher, pid: 4712 }, 1);

test("a job's id says who launched it", () => {
  expect(launcherOf(first)).toEqual(launcher);
  expect(jobIdOf(launcher, 2)).not.toBe(first);
});

test.each(["", "job", "1-2-3", "1-2-3-x", "../1-2-3-4", "1-2-3-4 ", "-1-2-3-4"])(
  "%j is no job's id",
  (text) => {
    expect(launcherOf(text)).toBeNull();
  },
);

test("nested jobs are all in the environment, outermost first, and nothing else is added", () => {
  const outer = insideJob({ PATH: "/bin" }, first);
  const inner = insideJob(outer, second);
  expect(jobsOf(inner)).toEqual([first, second]);
  expect(depthOf(inner)).toBe(2);
  expect(Object.keys(inner).toSorted()).toEqual(["BUN_WATCHDOG_DEPTH", "BUN_WATCHDOG_JOB", "PATH"]);
});

test.each([
  [{}, 0],
  [{ BUN_WATCHDOG_DEPTH: "3" }, 3],
  [{ BUN_WATCHDOG_DEPTH: "-3" }, 0],
  [{ BUN_WATCHDOG_DEPTH: "many" }, 0],
  [{ BUN_WATCHDOG_DEPTH: "" }, 0],
])("depth of %j is %i", (env, depth) => {
  expect(depthOf(env)).toBe(depth);
});

test("what is no id of ours is not taken for a job", () => {
  expect(jobsOf({ BUN_WATCHDOG_JOB: `hello/${first}//../${second}` })).toEqual([first, second]);
});

const record = (root: number | null): SlotRecord => ({
  schemaVersion: 1,
  jobId: first,
  name: null,
  command: "bun run dev",
  wrapper: { pid: 4711, startTicks: 99_887, exe: "8:1" },
  root: root === null ? null : { pid: root, startTicks: root, exe: "8:2" },
  place: { kind: "marker" },
  pidNamespace: launcher.pidNamespace,
  bootId: "boot",
  sinceMs: 0,
  depth: 0,
});

test.each([
  [
    "its root is a member, whatever that executes by now",
    [{ record: record(20), members: new Set<string>() }],
    true,
  ],
  ["a member is in the container", [{ record: record(7), members: new Set(["21:21"]) }], true],
  ["nobody of it is known there", [{ record: record(7), members: new Set(["8:8"]) }], false],
  ["not started yet", [{ record: record(null), members: new Set<string>() }], false],
  [
    "the pid is another process's by now",
    [{ record: { ...record(20), root: { pid: 20, startTicks: 1, exe: null } }, members: new Set<string>() }],
    false,
  ],
  ["no slots", [], false],
] as const)("a job is the gate's: %s", (_name, held, isGated) => {
  const members = [aProcess({ pid: 20 }), aProcess({ pid: 21 })];
  expect(slotOf({ members }, held) !== null).toBe(isGated);
});
