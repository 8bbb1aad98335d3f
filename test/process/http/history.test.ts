/** What was, and what is configured, through the page's server: the same as the commands say. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { openHistory } from "../../../src/history/store/open.ts";
import { startRunaway } from "../../newcomer/scaled.ts";
import { parse } from "../../newcomer/shapes.ts";
import { ANSWERS } from "../../../src/http/schema/answers.ts";
import { startDashboard } from "../../support/dashboard.ts";
import { cli, scratchProject } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { WEEK, writeSyntheticHistory } from "../../support/synthetic-history.ts";

requireNamespace();

const SECRET = "T0/B0/very-secret";
const project = scratchProject({
  maxConcurrentProcesses: 7,
  alerts: { webhook: `https://hooks.example.com/${SECRET}` },
});
afterAll(() => project[Symbol.dispose]());

const DAY_MS = 86_400_000;
const endMs = Date.UTC(2026, 0, 10);
const iso = (atMs: number): string => new Date(atMs).toISOString();

test("history and report", async () => {
  await using dashboard = await startDashboard(project);
  for (const path of ["/api/history", "/api/report"]) {
    const answer = await dashboard.get(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining("no history yet")]);
  }
  {
    using database = openHistory(project.state("history.db"));
    writeSyntheticHistory(database, { ...WEEK, processes: 20, intervalMs: 300_000, endMs });
  }
  const range = `since=${iso(endMs - 7 * DAY_MS)}&until=${iso(endMs)}`;
  const rows = async (query: string) =>
    parse(ANSWERS.History, await (await dashboard.get(`/api/history?${range}&${query}`)).text());
  const all = await rows("table=kills&limit=5000");
  const kills = all.kills ?? [];
  expect(kills.length).toBeGreaterThan(3);
  expect([all.cut, all["ticks"]]).toEqual([[], undefined]);
  // the newest ones, and said that there are more
  expect(await rows("table=kills&limit=2")).toMatchObject({ cut: ["kills"], kills: kills.slice(-2) });

  const asked = await dashboard.get(`/api/report?${range}&top=3`);
  const command = Bun.spawnSync(
    [...cli, "report", "--json", "--since", iso(endMs - 7 * DAY_MS), "--until", iso(endMs), "--top", "3"],
    { cwd: project.directory, env: { ...process.env, ...project.env } },
  );
  const said = parse(ANSWERS.PeriodReport, command.stdout.toString());
  expect({ ...parse(ANSWERS.PeriodReport, await asked.text()), at: "" }).toEqual({ ...said, at: "" });
  expect(said.totals.stopsByKind).not.toEqual({});

  for (const wrong of [
    "history?table=secrets",
    "history?limit=0",
    "history?since=yesterday",
    "report?until=--help",
  ])
    expect([wrong, (await dashboard.get(`/api/${wrong}`)).status]).toEqual([wrong, 422]);
  expect((await dashboard.get(`/api/report?since=${iso(endMs)}&until=${iso(endMs - 1)}`)).status).toBe(422);
});

test("a history that is damaged is said to be, and hides no process that runs", async () => {
  using damaged = scratchProject({ mode: "observe", scope: "project" });
  await using dashboard = await startDashboard(damaged);
  await using running = await startRunaway("there");
  mkdirSync(damaged.state(), { recursive: true, mode: 0o700 });
  writeFileSync(damaged.state("history.db"), "no database".repeat(1_000), { mode: 0o600 });
  const { pid, startTicks } = running.root;
  const ask = async (path: string) => {
    const answer = await dashboard.get(path);
    return [answer.status, await answer.text()] as const;
  };
  expect(await ask(`/api/processes/${pid}-${startTicks}`)).toEqual([200, expect.stringContaining("there")]);
  for (const path of ["/api/history", "/api/report", `/api/processes/${pid}-1`])
    expect(await ask(path)).toEqual([502, expect.stringContaining("history cannot be read")]);
});

test("the configuration, with where each value comes from, and without its secrets", async () => {
  await using dashboard = await startDashboard(project);
  const config = async () => {
    const text = await (await dashboard.get("/api/config")).text();
    expect(text).not.toContain(SECRET);
    return parse(ANSWERS.Config, text);
  };
  const { values, files, problem } = await config();
  const of = (key: string) => values.find((each) => each.key === key);
  const [file = ""] = files;
  expect(problem).toBeNull();
  expect(of("maxConcurrentProcesses")).toEqual({
    key: "maxConcurrentProcesses",
    value: 7,
    origin: { kind: "project-file", where: file },
  });
  expect(of("alerts.webhook")).toMatchObject({
    value: "https://hooks.example.com/…",
    origin: { kind: "user-file" },
  });
  expect(of("maxCpuUsagePercent")).toMatchObject({ value: 80, origin: { kind: "default" } });
  expect(values.some(({ origin }) => origin.kind === "built-in")).toBe(true);

  project.writeConfig({ maxConcurrentProcesses: "seven" });
  const broken = await config();
  expect(broken.problem).toContain("maxConcurrentProcesses");
  expect(broken.values.find(({ key }) => key === "maxConcurrentProcesses")?.value).toBe(7);
});
