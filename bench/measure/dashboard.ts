/**
 * What the page's server costs beside a monitor, with 500 Bun processes that change and a week of history: memory, CPU, the
 * time of each request, and what a page has to do; beside Glances and PM2's two faces in the same run.
 */
import { join } from "node:path";
import { openHistory } from "../../src/history/store/open.ts";
import type { Project } from "../../test/support/launch.ts";
import { missing } from "../../test/street/packages.ts";
import { WEEK, writeSyntheticHistory } from "../../test/support/synthetic-history.ts";
import { costsOf } from "../dashboard/costs.ts";
import { follow } from "../dashboard/followers.ts";
import { glances, glancesMissing, pm2Monit, pm2Web, type Other } from "../dashboard/others.ts";
import { openPage } from "../dashboard/page.ts";
import { requestTimes, timesOf, type Effort } from "../dashboard/requests.ts";
import { startDashboard, type TestDashboard } from "../../test/support/dashboard.ts";
import type { MeasuredOther, Stage } from "../dashboard/measured.ts";
import { dashboardSection } from "../dashboard/tables.ts";
import type { Measurement } from "../section.ts";
import { startMonitor } from "../support/monitors.ts";
import { startIdleBuns } from "../support/population.ts";

const CHANGING = join(import.meta.dir, "../fixtures/changing.ts");
const config = {
  maxConcurrentProcesses: 1_000,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 1_024,
  processTimeoutMs: 36_000_000,
  monitoringIntervalMs: 10_000,
};

interface Size {
  readonly processes: number;
  readonly followers: number;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly effort: Effort;
  readonly history: typeof WEEK;
}

/** A look of the history's each minute says as much as one every ten seconds, and is written in a sixth of the time. */
const MINUTE_MS = 60_000;
const FULL: Size = {
  processes: 500,
  followers: 100,
  windowMs: 20_000,
  settleMs: 15_000,
  effort: { requests: 300, atLeast: 100, withinMs: 4_000 },
  history: { ...WEEK, intervalMs: MINUTE_MS },
};
const SMOKE: Size = {
  processes: 20,
  followers: 5,
  windowMs: 2_000,
  settleMs: 500,
  effort: { requests: 5, atLeast: 3, withinMs: 500 },
  history: { ...WEEK, processes: 20, days: 1, intervalMs: MINUTE_MS },
};

export const dashboard: Measurement = async ({ smoke, progress }) => {
  const lacks = glancesMissing() ?? missing(["packages"]);
  if (lacks !== null) throw new Error(lacks);
  const size = smoke ? SMOKE : FULL;
  // of the page alone: other measurements may be under way with what else is built
  await using monitor = await startMonitor("ours", config);
  const { project } = monitor;
  progress(`${size.processes} Bun processes, and a history of ${size.history.days} days`);
  fill(project, size);
  await using _ = await startIdleBuns(size.processes, CHANGING);
  await Bun.sleep(size.settleMs);
  progress("the monitor alone");
  const wait = (): Promise<void> => Bun.sleep(size.windowMs);
  const stages: Stage[] = [
    { name: "no server", ...(await costsOf({ monitor: [monitor.pid] }, wait)), server: null },
  ];
  await using server = await startDashboard(project);
  const both = { monitor: [monitor.pid], server: [server.pid] };
  await Bun.sleep(size.settleMs / 3);
  progress("nobody looks");
  stages.push({ name: "nobody looks", ...(await costsOf(both, wait)) });
  progress("a page");
  const longTasks = await withPage(server, size, async () => {
    stages.push({ name: "one page", ...(await costsOf(both, wait)) });
  });
  progress(`${size.followers} followers`);
  let framesPerS = 0;
  {
    await using followers = await follow(server, size.followers);
    await Bun.sleep(size.settleMs / 3);
    const before = followers.frames();
    stages.push({ name: `${size.followers} followers`, ...(await costsOf(both, wait)) });
    framesPerS = ((followers.frames() - before) / size.windowMs) * 1_000;
  }
  progress("requests");
  const requests = await requestTimes(server, size.effort);
  await server[Symbol.asyncDispose]();
  await Bun.sleep(size.settleMs);
  progress("the monitor alone again");
  stages.push({
    name: "no server any more",
    ...(await costsOf({ monitor: [monitor.pid] }, wait)),
    server: null,
  });
  const others: MeasuredOther[] = [];
  for (const start of [glances, pm2Web, pm2Monit]) {
    await using other = await start();
    progress(other.name);
    others.push(await measureOther(other, size));
  }
  const { processes, followers } = size;
  return dashboardSection({ processes, followers, stages, framesPerS, longTasks, requests, others }, smoke);
};

function fill(project: Project, { history }: Size): void {
  using database = openHistory(project.state("history.db"));
  writeSyntheticHistory(database, { ...history, endMs: Date.now() });
}

/** Its table of all processes; the tasks while it is loaded are not counted. */
async function withPage(
  server: TestDashboard,
  size: Size,
  during: () => Promise<void>,
): Promise<readonly number[]> {
  await using page = await openPage(`${server.address}#token=${server.token}`, "main");
  await page.goTo("#/processes", ".rows .row");
  await Bun.sleep(size.settleMs / 3);
  await page.longTasks();
  await during();
  return await page.longTasks();
}

/** As with a page open that is as new as its own: asked every two seconds. */
const PAGE_ASKS_MS = 2_000;

async function measureOther({ name, asks, pids }: Other, size: Size): Promise<MeasuredOther> {
  await Bun.sleep(size.settleMs / 3);
  const { shown: cost } = await costsOf({ shown: pids() }, async () => {
    const endMs = performance.now() + size.windowMs / 2;
    do {
      if (asks !== null) await (await fetch(asks)).arrayBuffer();
      await Bun.sleep(PAGE_ASKS_MS);
    } while (performance.now() < endMs);
  });
  return {
    name,
    cost,
    waited: asks === null ? null : await timesOf(new URL(asks), new URL(asks).pathname, size.effort),
  };
}
