/** Benchmarks and tests through the page's server: one file of the project at a time, in processes of their own. */
import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../../newcomer/shapes.ts";
import { ANSWERS } from "../../../src/http/schema/answers.ts";
import { startDashboard, type TestDashboard } from "../../support/dashboard.ts";
import { scratchProject } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { isAlive, readStat, until } from "../../support/ready.ts";

requireNamespace();

const project = scratchProject({ scope: "project" });
afterAll(() => project[Symbol.dispose]());
const SECRET = "hunter2hunter2";
/** Two programs start one after the other, on a loaded machine. */
const PATIENCE_MS = 40_000;
const place = (name: string, text: string): void => writeFileSync(join(project.directory, name), text);

const eventsIn = (text: string): readonly (readonly [event: string, data: Record<string, unknown>])[] =>
  text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => {
      const [, event = "", data = ""] = /^event: (\w+)\ndata: (.*)$/u.exec(frame) ?? [];
      return [event, JSON.parse(data)] as const;
    });

const seenIn = async (dashboard: TestDashboard) =>
  parse(ANSWERS.Benchmarks, await (await dashboard.get("/api/benchmarks")).text());

test("a file is run, and its result is kept; what lies outside is none", async () => {
  place("fine.test.ts", 'import { test } from "bun:test"; test("a", () => {});');
  place("configured.json", JSON.stringify([{ name: "true", command: "true", iterations: 1, warmup: 0 }]));
  symlinkSync("/etc/hostname", join(project.directory, "outside.test.ts"));
  await using dashboard = await startDashboard(project);
  const seen = () => seenIn(dashboard);
  expect(await seen()).toMatchObject({
    running: null,
    files: { bench: [], test: ["fine.test.ts"], isCut: false },
    tests: [],
    runs: [],
  });
  const run = (kind: string, file: string) => dashboard.post("/api/benchmarks/run", { kind, file });
  const told = eventsIn(await (await run("test", "fine.test.ts")).text());
  expect(told.at(0)).toEqual(["begun", expect.objectContaining({ kind: "test", file: "fine.test.ts" })]);
  expect(told.at(-1)).toMatchObject(["result", { exitCode: 0, document: { totals: { passed: 1 } } }]);
  const after = await seen();
  expect(after.runs).toMatchObject([{ kind: "test", file: "fine.test.ts", exitCode: 0 }]);
  expect(after.tests.map(({ file }) => file)).toEqual(["fine.test.ts"]);

  const bench = eventsIn(await (await run("bench", "configured.json")).text());
  expect(bench.at(-1)).toMatchObject(["result", { document: { benchmarks: [{ name: "true" }] } }]);
  expect((await seen()).runs.map(({ kind }) => kind)).toEqual(["bench", "test"]);

  place(
    "thrown.test.ts",
    `test("token=${SECRET}", () => { throw new Error("postgres://me:${SECRET}@db"); });`,
  );
  const failing = await (await run("test", "thrown.test.ts")).text();
  expect(eventsIn(failing).at(-1)).toMatchObject(["result", { exitCode: 1 }]);
  expect([failing, JSON.stringify(await seen())].filter((each) => each.includes(SECRET))).toEqual([]);
  expect(failing).toContain("postgres://me:***@db");

  for (const file of ["outside.test.ts", "../fine.test.ts", "/etc/hostname", "none.ts", ".", "-h"])
    expect([file, (await run("test", file)).status]).toEqual([file, 422]);
});

/** The one on the way up to `ancestor` that it has started itself. */
function belowOf(ancestor: number, pid: number): number {
  const ppid = readStat(pid)?.ppid ?? 0;
  if (ppid === 0) throw new Error(`${ancestor} is not above ${pid}`);
  return ppid === ancestor ? pid : belowOf(ancestor, ppid);
}

test("one at a time; the run ends with its request, and with the server, and leaves nothing", async () => {
  place(
    "long.test.ts",
    `
    import { test } from "bun:test";
    test("a", async () => {
      await Bun.write("pid", String(process.pid));
      await Bun.sleep(1_000_000);
    }, 2_000_000);`,
  );
  await using dashboard = await startDashboard(project);
  const body = { kind: "test", file: "long.test.ts" };
  const pidFile = join(project.directory, "pid");
  const said = (): string => (existsSync(pidFile) ? readFileSync(pidFile, "utf8") : "");
  const begun = async () => {
    rmSync(pidFile, { force: true });
    const answer = await dashboard.post("/api/benchmarks/run", body);
    expect(await until(() => said() !== "", PATIENCE_MS)).toBe(true);
    const pid = Number(said());
    const started = { pid, startTicks: readStat(pid)?.startTicks ?? 0 };
    expect(isAlive(started)).toBe(true);
    return { answer, started };
  };
  const first = await begun();
  expect((await dashboard.post("/api/benchmarks/run", body)).status).toBe(409);
  await first.answer.body?.cancel();
  expect(await until(() => !isAlive(first.started), PATIENCE_MS)).toBe(true);
  const isFree = async (): Promise<boolean> =>
    (await seenIn(dashboard)).running === null || (await Bun.sleep(20), isFree());
  expect(await isFree()).toBe(true);
  const killed = await begun();
  process.kill(belowOf(dashboard.pid, killed.started.pid), "SIGKILL");
  expect(eventsIn(await killed.answer.text()).at(-1)).toEqual(["failed", { because: expect.any(String) }]);
  expect(await isFree()).toBe(true);
  // nobody can tell it that the request has ended
  const second = await begun();
  process.kill(dashboard.pid, "SIGKILL");
  await second.answer.body?.cancel();
  expect(await until(() => !isAlive(second.started), PATIENCE_MS)).toBe(true);
});
