/** The page's server as a program: one for each account. It decides nothing and signals nobody: it asks who does. */
import type { Loaded } from "../config/load.ts";
import { DASHBOARD_NAME } from "../host/running-dashboard.ts";
import { Station, takePost, type Post } from "../host/station.ts";
import { systemClock } from "../os/clock.ts";
import { ensureRuntimeDirectory } from "../os/runtime-directory.ts";
import { messageOf } from "../text/system-error.ts";
import { ownUid } from "../trust/open.ts";
import { typed } from "../trust/typed.ts";
import { DASHBOARD, type DashboardAbout, type Entry } from "../wire/dashboard.ts";
import { bearerCheck, renewToken, tokenPath } from "./access/token.ts";
import type { Dashboard } from "./dashboard.ts";
import { openPageFiles } from "./page-files.ts";
import { later } from "./later.ts";
import { createRouter } from "./router.ts";
import { ROUTES } from "./routes/index.ts";
import { listen, USUAL_PORT, type Place } from "./serve.ts";
import { Apps } from "./source/apps.ts";
import { HistorySource } from "./source/history.ts";
import { Live } from "./source/live.ts";
import { AskedMonitor } from "./source/monitor.ts";
import { Programs } from "./source/programs/programs.ts";
import { RecentTexts } from "./source/recent-texts.ts";
import { SharedLook } from "./source/shared-look.ts";
import { statusSource } from "./source/status.ts";

interface DashboardOptions {
  readonly place: Place;
  readonly stop: AbortController;
  readonly onReady: (entry: Entry) => void;
  readonly onTrouble: (what: string) => void;
}

const POST: Post<typeof DASHBOARD.routes, DashboardAbout> = {
  protocol: DASHBOARD,
  name: DASHBOARD_NAME,
  whoRuns: async () => null,
  refusal: (who) => `The page is served already: ${who}.\nWhere it is: ${typed("status")}`,
};

/** Runs until `stop` aborts. @throws CommandError where another one runs */
export async function runDashboard(loaded: Loaded, options: DashboardOptions): Promise<void> {
  const { stop, onReady, onTrouble } = options;
  const { readWithoutToken, metricsWithoutToken } = loaded.settings.dashboard;
  using lock = await takePost(POST, loaded.projectRoot);
  const tokenFile = tokenPath(runtimeDirectory());
  const token = renewToken(tokenFile);
  await using monitor = new AskedMonitor(loaded);
  const apps = new Apps();
  using programs = new Programs(runtimeDirectory);
  const looks = new SharedLook(loaded, monitor);
  await using live = new Live([statusSource(looks, monitor), apps.source]);
  const dashboard: Dashboard = {
    sinceMs: systemClock.wallMs(),
    loaded,
    monitor,
    looks,
    history: new HistorySource(loaded, monitor),
    live,
    apps,
    programs,
    recent: new RecentTexts(),
    actions: later(async () => new (await import("./actions.ts")).Actions(loaded, monitor, nowMs)),
    controller: later(async () => new (await import("../runtime/controller.ts")).ProcessController()),
    measuring: later(async () => new (await import("./measuring/measure.ts")).Measuring()),
    reports: later(async () => new (await import("./source/reports.ts")).Reports(loaded)),
    tails: later(async () => new (await import("./source/app-log.ts")).AppLogTails()),
    benchmarks: later(async () => new (await import("./source/benchmarks.ts")).Benchmarks(loaded)),
  };
  const router = createRouter({
    dashboard,
    routes: ROUTES,
    isBearer: bearerCheck(token),
    isOpen: readWithoutToken || (metricsWithoutToken && "metrics"),
    page: openPageFiles(),
    onBug: (error) => onTrouble(`a request failed: ${messageOf(error)}`),
  });
  await using listening = listen(options.place, router);
  const { address } = listening;
  const entry: Entry = {
    address,
    entry: address.startsWith("/") ? null : `${address}#token=${token}`,
    tokenFile,
  };
  using station = new Station(lock, POST, {
    project: loaded.projectRoot,
    answers: {},
    about: () => entry,
    stop,
    onTrouble,
  });
  onReady(entry);
  if (listening.isElsewhere)
    onTrouble(
      `port ${USUAL_PORT} is somebody else's: what answers there is not this page. Whose it is: ss -ltnp`,
    );
  await aborted(stop.signal);
  station.requireOwn();
}

const nowMs = (): number => systemClock.monotonicMs();

const runtimeDirectory = (): string => ensureRuntimeDirectory(ownUid() ?? -1);

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
