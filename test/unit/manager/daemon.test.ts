/** Parts of the daemon that need no process: when clocks are due, which files count, which questions are questions. */
import { describe, expect, test } from "bun:test";
import { DueTimes, nextDue } from "../../../src/manager/daemon/due-times.ts";
import { LazyChanges } from "../../../src/manager/daemon/lazy-changes.ts";
import { listDirectory, outputDirectory } from "../../../src/host/manager-places.ts";
import { isQuestion } from "../../../src/manager/daemon/questions.ts";
import { ignoring } from "../../../src/manager/daemon/watched-paths.ts";
import { appSpec } from "../../support/app-world.ts";

const MINUTE = 60_000;

describe("the clock", () => {
  test.each([
    ["* * * * *", "2026-03-01T10:00:30", "2026-03-01T10:01:00"],
    ["0 3 * * *", "2026-03-01T03:00:00", "2026-03-02T03:00:00"],
    ["*/15 9-17 * * 1-5", "2026-03-06T17:45:00", "2026-03-09T09:00:00"],
    ["* * * * * *", "2026-03-01T10:00:30", "2026-03-01T10:00:31"],
    ["*/20 * * * * *", "2026-03-01T10:00:40", "2026-03-01T10:01:00"],
    ["10,50 * * * * *", "2026-03-01T10:00:00", "2026-03-01T10:00:10"],
    ["0-5 30 3 * * *", "2026-03-01T03:30:05", "2026-03-02T03:30:00"],
  ])("%p after %p is due at %p", (cron, after, due) => {
    expect(nextDue(cron, new Date(after).getTime())).toBe(new Date(due).getTime());
  });

  test("one that never comes is never due, and one that is no expression is told", () => {
    expect(nextDue("0 0 30 2 *", Date.now())).toBeNull();
    const told: string[] = [];
    using times = new DueTimes({
      nowMs: Date.now,
      next: nextDue,
      onDue: () => {},
      onTrouble: (what) => told.push(what),
    });
    times.set([{ app: { directory: "/", name: "api" }, cron: "soon" }]);
    expect(told).toEqual([expect.stringContaining('api is not restarted at "soon"')]);
  });

  test("who is due hears of it, each time, and the others do not", async () => {
    const [due, later] = ["due", "later"].map((name) => ({ directory: "/", name }));
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    let nowMs = 0;
    using times = new DueTimes({
      nowMs: () => nowMs,
      // a clock that has gone on when it is asked
      next: (cron, afterMs) => (cron === "often" ? afterMs + 1 : MINUTE),
      onDue: ({ name }) => {
        heard.push(name);
        if (heard.length === 3) resolve();
      },
      onTrouble: () => {},
    });
    const ticking = setInterval(() => nowMs++, 1);
    times.set(
      [due, later].flatMap((app) =>
        app === undefined ? [] : [{ app, cron: app.name === "due" ? "often" : "once" }],
      ),
    );
    await promise;
    clearInterval(ticking);
    expect(heard).toEqual(["due", "due", "due"]);
  });
});

describe("a changed file", () => {
  const isIgnored = ignoring({
    base: "/app",
    ignore: ["cache", "*.tmp", "/app/data", "public/**/*.css", "dist/"],
  });
  test.each([
    ["/app/src/server.ts", false],
    ["/app/cache/x", true],
    ["/app/src/cache/x", true],
    ["/app/cached.ts", false],
    ["/app/x.tmp", true],
    ["/app/data", true],
    ["/app/data/1/2", true],
    ["/app/database.ts", false],
    ["/app/public/a/b/main.css", true],
    ["/app/public/main.ts", false],
    ["/app/dist/main.js", true],
    ["/app/node_modules/x/index.js", true],
    ["/app/.git/HEAD", true],
    ["/app/.env", true],
    ["/app", false],
  ])("%p is left out: %p", (path, ignored) => {
    expect(isIgnored(path)).toBe(ignored);
  });
});

describe("a question", () => {
  const spec = appSpec("api");
  const start = { ifRunning: "keep", updateEnv: false };
  const selection = { words: ["all"], directory: "/" };

  test.each<[string, readonly unknown[]]>([
    ["apps", [null]],
    ["apps", [selection]],
    ["start", [[spec], start]],
    ["start", [JSON.parse(JSON.stringify([spec])), start]],
    ["restart", [selection, { how: "reload", parallel: true, shellEnv: { PATH: "/bin" } }]],
    ["apply", [[], "/app", { prune: true, dryRun: false }]],
    ["kill", []],
    ["events", []],
  ])("%s is one", (route, parameters) => {
    expect(isQuestion(route, parameters)).toBe(true);
  });

  test.each<[string, readonly unknown[]]>([
    ["apps", []],
    ["apps", [null, null]],
    ["apps", ["all"]],
    ["nothing", []],
    ["toString", []],
    ["stopApps", [{ words: "all", directory: "/" }]],
    ["stopApps", [{ words: [1], directory: "/" }]],
    ["scale", [selection, 3]],
    ["start", [spec, start]],
    ["start", [[spec], { ...start, ifRunning: "maybe" }]],
    ["start", [[{ ...spec, argv: [] }], start]],
    ["start", [[{ ...spec, argv: ["a\0b"] }], start]],
    ["start", [[{ ...spec, instances: -1 }], start]],
    ["start", [[{ ...spec, instances: 1e9 }], start]],
    ["start", [[{ ...spec, cwd: "relative" }], start]],
    ["start", [[{ ...spec, env: { "A=B": "" } }], start]],
    ["start", [[{ ...spec, readiness: { by: "toString" } }], start]],
    ["start", [[{ ...spec, readiness: { by: "log", pattern: "(", withinMs: 1 } }], start]],
    ["start", [[{ ...spec, limits: { ...spec.limits, memoryBytes: "1G" } }], start]],
    ["start", [[{ ...spec, stop: { ...spec.stop, signal: "SIGSTOP" } }], start]],
    ["restart", [selection, { how: "restart", parallel: false }]],
  ])("%s %j is none", (route, parameters) => {
    expect(isQuestion(route, parameters)).toBe(false);
  });
});

test("a container that shares the home has an output of its own: it takes nobody's spools for left over", () => {
  const [machine, container] = ["4026531836", "4026532999"];
  expect(outputDirectory(machine)).toBe(`${listDirectory(machine)}/output`);
  expect(outputDirectory(container)).toBe(`${listDirectory(container)}/output`);
  expect(outputDirectory(container)).not.toBe(outputDirectory(machine));
});

test("what fails while apps change is told, and the next change is heard of", async () => {
  const told: string[] = [];
  const heard: number[] = [];
  using changes = new LazyChanges(
    async () => ({
      set: ({ length }) => {
        if (length === 1) throw new Error("no folder");
        heard.push(length);
      },
      [Symbol.dispose]: () => {},
    }),
    (what) => told.push(what),
  );
  const watching = appSpec("api", { source: "/project/bunctl.json" });
  for (const specs of [[watching], [watching, watching]]) {
    changes.set(specs);
    await Bun.sleep(0);
  }
  expect([told, heard]).toEqual([["changes of files are not heard of: no folder"], [2]]);
});
