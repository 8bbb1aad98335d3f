import { expect, test } from "bun:test";
import { depthOf, insideJob, jobIdOf, gatedJobsAround, launcherOf } from "../../../src/core/process/slot.ts";

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
  expect(gatedJobsAround(inner)).toEqual([first, second]);
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
  expect(gatedJobsAround({ BUN_WATCHDOG_JOB: `hello/${first}//../${second}` })).toEqual([first, second]);
});
