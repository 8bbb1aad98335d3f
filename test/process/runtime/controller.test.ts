/** What a ProcessController does with real memory, and that it does nothing unasked. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ProcessController } from "../../../src/runtime/index.ts";
import { repository } from "../../support/launch.ts";

const MEGABYTE = 1_024 ** 2;
const FIXTURE = join(repository, "test/fixtures/program/garbage.ts");

/** In a function of its own, so that no pointer to them stays on the stack. */
const hold = (): Uint8Array[] => Array.from({ length: 64 }, () => new Uint8Array(MEGABYTE));

describe("performGC", () => {
  test.each([false, true])("frees what was in use and is no more (force %p)", async (force) => {
    using controller = new ProcessController();
    const held = hold();
    await Bun.sleep(1);
    Bun.gc(true);
    const before = controller.getProcessMetrics().memory.heapUsed;
    held.length = 0;
    const stats = controller.performGC(force);
    expect(stats.beforeGC).toBe(before);
    // a pointer may still stand on the stack
    expect(stats.memoryFreed).toBeGreaterThan(48 * MEGABYTE);
    expect(stats).toMatchObject({ collections: 1, forced: force });
    expect(stats.duration).toBeGreaterThan(0);
    expect((stats.beforeGC ?? 0) - (stats.afterGC ?? 0)).toBe(stats.memoryFreed);
  });

  test("before the first one nothing is known of one", () => {
    using controller = new ProcessController();
    expect(controller.getProcessMetrics().gcStats).toEqual({
      collections: 0,
      duration: 0,
      beforeGC: null,
      afterGC: null,
      memoryFreed: 0,
      forced: false,
    });
    expect(controller.getMetricsHistory()).toEqual([]);
  });

  test("readings are kept, the last ones", () => {
    using controller = new ProcessController({ keep: 3 });
    for (let at = 0; at < 5; at++) controller.performGC();
    expect(controller.getMetricsHistory().map(({ gcStats }) => gcStats.collections)).toEqual([3, 4, 5]);
    expect(controller.getProcessMetrics().gcStats.collections).toBe(5);
  });
});

const play = (live: number, garbage: number): { collected: number; kept: number } => {
  const child = Bun.spawnSync([process.execPath, FIXTURE, `${live}`, `${garbage}`]);
  expect([child.exitCode, child.stderr.toString()]).toEqual([0, ""]);
  return JSON.parse(child.stdout.toString());
};

describe("automatic collections", () => {
  test("nothing is collected below the threshold", () => {
    expect(play(1, 1)).toMatchObject({ collected: 0 });
  });

  test("garbage over it is collected", () => {
    expect(play(1, 60).collected).toBeGreaterThan(0);
  });

  test("live data over it are looked through once", () => {
    expect(play(60, 0).collected).toBe(1);
  });
});

test("the looks keep no program alive, and nothing is installed unasked", () => {
  const program = `
    import { ProcessController } from ${JSON.stringify(join(repository, "src/runtime/index.ts"))};
    const names = ["SIGINT", "SIGTERM", "uncaughtException", "unhandledRejection"];
    const count = () => names.map((name) => process.listenerCount(name)).join("");
    const controller = new ProcessController();
    const before = count();
    controller.collectAutomatically();
    controller.handleProcessEvents();
    const during = count();
    controller[Symbol.dispose]();
    const after = count();
    controller.collectAutomatically();
    controller.handleProcessEvents();
    console.log(before, during, after);`;
  const child = Bun.spawnSync([process.execPath, "-e", program]);
  expect([child.exitCode, child.stdout.toString()]).toEqual([0, "0000 1111 0000\n"]);
});

test.each([
  ["keep", () => new ProcessController({ keep: 0 })],
  ["thresholdBytes", () => new ProcessController().collectAutomatically({ thresholdBytes: -1 })],
  ["checkEveryMs", () => new ProcessController().collectAutomatically({ checkEveryMs: Number.NaN })],
  ["cleanupTimeoutMs", () => new ProcessController().handleProcessEvents({ cleanupTimeoutMs: 0 })],
])("%s that makes no sense is refused by name", (name, act) => {
  expect(act).toThrow(new RegExp(`^${name} is `));
});

test("the events are handled once", () => {
  using controller = new ProcessController();
  controller.handleProcessEvents();
  expect(() => controller.handleProcessEvents()).toThrow("already");
});

test("a system tells of itself", () => {
  const info = new ProcessController().getSystemInfo();
  expect(info).toMatchObject({ platform: process.platform, arch: process.arch });
  expect(info.versions.bun).toBe(Bun.version);
  expect(info.memory.totalBytes).toBeGreaterThanOrEqual(info.memory.availableBytes);
  expect(info.processors).toBeGreaterThan(0);
});
