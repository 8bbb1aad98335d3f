/**
 * Every route of the document is called as it is described, and answers as it is described: with a monitor and a manager, and without. A
 * route that is added is called too, or this fails.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getMetadata, parse } from "valibot";
import { openHistory } from "../../../src/history/store/open.ts";
import type { Route } from "../../../src/http/route.ts";
import { ROUTES } from "../../../src/http/routes/index.ts";
import { ANSWERS } from "../../../src/http/schema/answers.ts";
import { startRunaway } from "../../newcomer/scaled.ts";
import { startDashboard, type TestDashboard } from "../../support/dashboard.ts";
import { scratchProject, startMonitor } from "../../support/launch.ts";
import { managedFolder } from "../../support/manage.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { WEEK, writeSyntheticHistory } from "../../support/synthetic-history.ts";

requireNamespace();

const project = scratchProject({ mode: "observe", maxConcurrentProcesses: 50, scope: "project" });
afterAll(() => project[Symbol.dispose]());
writeFileSync(join(project.directory, "a.test.ts"), "");
{
  using database = openHistory(project.state("history.db"));
  writeSyntheticHistory(database, { ...WEEK, processes: 3, days: 1, intervalMs: 300_000, endMs: Date.now() });
}

const APP = "looked-at";

/** A request that is answered with 200; "with a monitor" where another one is needed for that. */
interface Example {
  readonly words?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The status where no monitor runs. */
  readonly alone?: number;
  /** A stream: the first piece of it is enough. */
  readonly stream?: true;
}

/** By method and path; a route that takes nothing needs none. */
const EXAMPLES: Readonly<Record<string, (id: string) => Example>> = {
  "GET /api/events": () => ({ stream: true }),
  "POST /api/benchmarks/run": () => ({ body: { kind: "test", file: "a.test.ts" }, stream: true }),
  "POST /api/buffer/performance": () => ({ body: { sizes: [1_024], samples: 1 } }),
  ...Object.fromEntries(
    ["start", "stop", "restart", "reload"].map((action) => [
      `POST /api/apps/:name/${action}`,
      () => ({ words: { name: APP }, body: {}, alone: 503 }),
    ]),
  ),
  "GET /api/apps/:name/logs": () => ({ words: { name: APP }, alone: 503, stream: true }),
  "GET /api/processes/:id": (id) => ({ words: { id } }),
  "POST /api/processes/:id/stop": (id) => ({ words: { id }, body: {}, alone: 503 }),
  "POST /api/cleanup": () => ({ body: {}, alone: 503 }),
};

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

async function call(dashboard: TestDashboard, route: Route, { words = {}, body, stream }: Example) {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => words[name] ?? "");
  const response = await (route.method === "GET" ? dashboard.get(path) : dashboard.post(path, body ?? {}));
  const reader = stream === true ? response.body?.getReader() : undefined;
  const text =
    reader === undefined ? await response.text() : new TextDecoder().decode((await reader.read()).value);
  await reader?.cancel();
  return { response, text };
}

async function callAll(dashboard: TestDashboard, isAlone: boolean): Promise<void> {
  await using subject = await startRunaway("to be looked at");
  const id = `${subject.root.pid}-${subject.root.startTicks}`;
  for (const route of ROUTES) {
    const example = EXAMPLES[nameOf(route)]?.(id) ?? {};
    const { response, text } = await call(dashboard, route, example);
    const wanted = isAlone ? (example.alone ?? 200) : 200;
    expect([nameOf(route), response.status, wanted === 200 ? "" : text]).toEqual([
      nameOf(route),
      wanted,
      expect.any(String),
    ]);
    const schema = ANSWERS[route.answer];
    const { contentType = "application/json" }: { contentType?: unknown } = getMetadata(schema);
    const type = response.headers.get("content-type")?.split(";")[0];
    if (wanted !== 200) expect(type).toBe("application/problem+json");
    else {
      expect([nameOf(route), type]).toEqual([nameOf(route), String(contentType).split(";")[0]]);
      parse(schema, contentType === "application/json" ? JSON.parse(text) : text);
    }
  }
}

describe("every route answers as it is described", () => {
  test("where a monitor and a manager run", async () => {
    await using folder = managedFolder(project);
    folder.declare(folder.shell(APP, "exec sleep 1000"));
    await folder.ok("start");
    await using _ = await startMonitor(project);
    await using dashboard = await startDashboard(project);
    await callAll(dashboard, false);
  });

  test("where none runs", async () => {
    await using dashboard = await startDashboard(project);
    await callAll(dashboard, true);
  });
});

test("the document that is served is the one that is published", async () => {
  await using dashboard = await startDashboard(project);
  const served = await (await dashboard.get("/api/openapi.json")).json();
  const published: unknown = await Bun.file(new URL("../../../config/openapi.json", import.meta.url)).json();
  expect(served).toEqual(published);
});
