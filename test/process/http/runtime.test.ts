/** What runtimes say through the page's server: its own, and that of a program that has registered itself. */
import { afterAll, expect, test } from "bun:test";
import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Measuring } from "../../../src/http/measuring/measure.ts";
import { ANSWERS } from "../../../src/http/schema/answers.ts";
import { startDashboard } from "../../support/dashboard.ts";
import { repository, scratchProject } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { programsPath } from "../../support/page/page-socket.ts";
import { readStat } from "../../support/ready.ts";

requireNamespace();

const project = scratchProject({ scope: "project" });
afterAll(() => project[Symbol.dispose]());

test("the server itself, and this machine", async () => {
  await using dashboard = await startDashboard(project);
  const metrics = v.parse(ANSWERS.ProcessMetrics, await (await dashboard.get("/api/metrics")).json());
  expect(metrics).toMatchObject({ pid: dashboard.pid, gcStats: { collections: 0, afterGC: null } });
  const stats = v.parse(ANSWERS.GCStats, await (await dashboard.post("/api/gc", { force: true })).json());
  expect(stats).toMatchObject({ collections: 1, forced: true });
  const system = v.parse(ANSWERS.SystemInfo, await (await dashboard.get("/api/system")).json());
  expect(system.versions.bun).toBe(Bun.version);

  const calls = v.parse(ANSWERS.LibraryCalls, await (await dashboard.post("/api/ffi", {})).json());
  expect(calls.calls.map(({ call }) => call)).toContain("sqrt(2)");
  const timings = await dashboard.post("/api/buffer/performance", { sizes: [1_024], samples: 2 });
  expect(v.parse(ANSWERS.BufferTimings, await timings.json()).timings).toHaveLength(10);

  const wrong = await dashboard.post("/api/buffer/performance", { sizes: [2 ** 40] });
  expect([wrong.status, (await dashboard.post("/api/gc", { process: "12" })).status]).toEqual([422, 422]);
  expect(dashboard.errors()).toBe("");
});

test("one measurement at a time, and none for a request that has ended", async () => {
  const measuring = new Measuring();
  const leave = new AbortController();
  const first = measuring.buffers({ samples: 101 }, leave.signal).catch((error: unknown) => error);
  const second = await measuring.libraries(leave.signal).catch((error: unknown) => error);
  expect(second).toMatchObject({ status: 429 });
  leave.abort();
  expect(await first).toMatchObject({
    status: 502,
    message: "The measurement failed: it ended by SIGKILL and said nothing",
  });
  expect(await measuring.libraries(AbortSignal.timeout(60_000))).toHaveLength(5);
});

test("a registered program shows itself, and is collected by its name alone", async () => {
  await using dashboard = await startDashboard(project);
  const program = Bun.spawn([process.execPath, join(repository, "test/fixtures/program/registered.ts")], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  try {
    const id = `${program.pid}-${readStat(program.pid)?.startTicks}`;
    const shown = async () => {
      const answer = await dashboard.get("/api/runtime");
      return v.parse(ANSWERS.Programs, await answer.json()).programs;
    };
    expect(existsSync(programsPath())).toBe(false);
    let [seen] = await shown();
    expect(lstatSync(programsPath()).mode & 0o777).toBe(0o600);
    for (let tries = 0; tries < 200 && (seen?.readings.length ?? 0) < 1; tries++) {
      await Bun.sleep(50);
      [seen] = await shown();
    }
    expect(seen).toMatchObject({ id, pid: program.pid, name: "a program", mayCollect: true });
    expect(seen?.readings[0]?.memory.heapUsed).toBeGreaterThan(0);

    const stale = await dashboard.post("/api/gc", { process: `${program.pid}-1` });
    expect(stale.status).toBe(409);
    const other = await dashboard.post("/api/gc", {
      process: `${process.pid}-${readStat(process.pid)?.startTicks}`,
    });
    expect(other.status).toBe(404);
    const collected = await dashboard.post("/api/gc", { process: id });
    expect(v.parse(ANSWERS.GCStats, await collected.json())).toMatchObject({ collections: 1, forced: false });
    expect((await shown())[0]?.collections).toHaveLength(1);
  } finally {
    program.kill("SIGKILL");
    await program.exited;
  }
});

/** Says hello, leaves its connection to a child, and ends. */
const LEAVES_IT = `const { connect } = Bun;
const socket = await connect({ unix: process.argv[1], socket: { data() {} } });
socket.write(JSON.stringify({ type: "hello", version: 1, name: "gone", mayCollect: true }) + "\\n");
await Bun.sleep(200);
const child = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore", socket.fd] });
console.log(child.pid);
process.exit();`;

test("who was left the connection of a program that has ended speaks for nobody", async () => {
  await using dashboard = await startDashboard(project);
  await dashboard.get("/api/runtime");
  const gone = Bun.spawn([process.execPath, "-e", LEAVES_IT, programsPath()], { stdout: "pipe" });
  const heir = Number(await gone.stdout.text());
  try {
    await gone.exited;
    expect(readStat(heir)).not.toBeNull();
    const { programs } = v.parse(ANSWERS.Programs, await (await dashboard.get("/api/runtime")).json());
    expect(programs).toEqual([]);
  } finally {
    process.kill(heir, "SIGKILL");
  }
});
