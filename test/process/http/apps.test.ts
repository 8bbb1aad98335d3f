/** The apps of bunctl through the page's server, with a real manager: exactly the app that is named, and what it writes. */
import { afterAll, expect, test } from "bun:test";
import { parse } from "../../newcomer/shapes.ts";
import { ANSWERS } from "../../../src/http/schema/answers.ts";
import { startDashboard, type TestDashboard } from "../../support/dashboard.ts";
import { scratchProject } from "../../support/launch.ts";
import { managedFolder } from "../../support/manage.ts";
import { until } from "../../support/ready.ts";

const PATIENCE_MS = 40_000;
const SECRET = "hunter2-is-secret";
const project = scratchProject({ scope: "project" });
const folder = managedFolder(project);
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const act = async (dashboard: TestDashboard, path: string, body: object = {}) => {
  const answer = await dashboard.post(`/api/apps/${path}`, body);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${text} ${dashboard.errors()}`);
  return parse(ANSWERS.ManagerReply, text);
};

test("an app is started, stopped, restarted and reloaded, and no other", async () => {
  await using dashboard = await startDashboard(project);
  const alone = parse(ANSWERS.Apps, await (await dashboard.get("/api/apps")).text());
  expect([alone.manager, alone.apps]).toEqual([null, []]);
  expect((await dashboard.post("/api/apps/api/start", {})).status).toBe(503);

  const sleeps = (name: string) =>
    folder.shell(name, "exec sleep 1000", { env: { API_KEY: SECRET }, args: ["--token", SECRET] });
  folder.declare(sleeps("api"), sleeps("other"));
  await folder.ok("start");
  const text = await (await dashboard.get("/api/apps")).text();
  expect(text).not.toContain(SECRET);
  const { apps, manager } = parse(ANSWERS.Apps, text);
  expect(apps.map(({ spec }) => spec.name)).toEqual(["api", "other"]);
  expect(manager?.pid).toBe((await folder.manager()).about.pid);

  const bystander = await folder.instance("other");
  const before = await folder.instance("api");
  const { directory } = folder;
  expect((await act(dashboard, "api/restart", { directory })).failures).toEqual([]);
  const after = await folder.when("api", ({ state }) => state === "online");
  expect(after.root?.pid).not.toBe(before.root?.pid);
  expect((await act(dashboard, "api/stop")).apps[0]?.instances[0]?.state).toBe("stopped");
  expect((await act(dashboard, "api/start")).failures).toEqual([]);

  const events = (await dashboard.get("/api/events")).body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  while (!/^event: apps\ndata: .*"name":"api"/mu.test(told)) {
    const piece = await events?.read();
    if (piece?.done !== false) throw new Error(`pages are told nothing of apps: ${told}`);
    told += piece.value;
  }
  expect(told).not.toContain(SECRET);
  await events?.cancel();

  // neither everybody, nor an id, nor a pattern, nor an app of another folder
  for (const word of ["all", "1", "%2Foth%2F", "%2Fother%2F"])
    expect([word, (await dashboard.post(`/api/apps/${word}/stop`, {})).status]).toEqual([
      word,
      word.startsWith("%2F") ? 400 : 404,
    ]);
  expect((await dashboard.post("/api/apps/api/stop", { directory: "/" })).status).toBe(404);
  expect((await folder.instance("other")).root).toEqual(bystander.root);
  expect((await folder.instance("api")).state).toBe("online");
});

/** The lines of an event stream so far. */
function linesOf(response: Response): { readonly lines: string[]; readonly end: () => Promise<void> } {
  const lines: string[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    let rest = "";
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
      const frames = (rest + piece.value).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        const data = /^event: line\ndata: (.*)$/u.exec(frame)?.[1];
        if (data !== undefined) lines.push(String(JSON.parse(data).text));
      }
    }
  })();
  return { lines, end: async () => reader?.cancel() };
}

test("a log is followed across its rotation, and holds no secret", async () => {
  await using dashboard = await startDashboard(project);
  const script = `echo "password=${SECRET}"; i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.02; done`;
  folder.declare(folder.shell("talks", script));
  await folder.ok("start");
  const response = await dashboard.get("/api/apps/talks/logs?lines=1000");
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const { lines, end } = linesOf(response);
  expect(await until(() => lines.length > 10, PATIENCE_MS)).toBe(true);
  const manager = await folder.manager();
  await manager.rotateLogs({ words: ["talks"], directory: folder.directory });
  const rotatedAt = lines.length;
  expect(await until(() => lines.length > rotatedAt + 20, PATIENCE_MS)).toBe(true);
  await end();
  expect(lines[0]).toBe("password=***");
  const numbers = lines.slice(1).map((line) => Number(/^line (\d+)$/.exec(line)?.[1]));
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));

  const last = await (await dashboard.get("/api/apps/talks/logs?lines=2&follow=false&stream=out")).text();
  expect(last.match(/^event: line$/gm)).toHaveLength(2);
});
