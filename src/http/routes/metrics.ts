/** `/metrics`, for Prometheus. All that it tells of is asked for anew with each scrape, and by nobody in between. */
import pkg from "../../../package.json" with { type: "json" };
import { MANAGER, MANAGER_NAME, type AppsDocument } from "../../wire/manager.ts";
import { ServiceError } from "../../wire/client.ts";
import { findService } from "../../host/sockets.ts";
import { usualStatePath } from "../../host/state.ts";
import { readMemory, type TestMemory } from "../../runner/test/memory.ts";
import type { Report } from "../../wire/reports.ts";
import type { Dashboard } from "../dashboard.ts";
import { METRICS } from "../metrics/all.ts";
import type { Documents } from "../metrics/metric.ts";
import { MOST_SERIES } from "../metrics/names.ts";
import { CONTENT_TYPES, formatFor, metricsText } from "../metrics/text.ts";
import { BY_CHOICE, route, type Route } from "../route.ts";

export const METRICS_ROUTES: readonly Route[] = [
  route({
    method: "GET",
    path: "/metrics",
    summary:
      "Everything that can be counted, for Prometheus; as OpenMetrics where that is accepted. See docs/metrics.md.",
    secret: BY_CHOICE,
    answer: "Metrics",
    handle: async ({ dashboard, request }) => {
      const format = formatFor(request.headers.get("accept"));
      return new Response(metricsText(METRICS, await documentsOf(dashboard), format), {
        headers: { "content-type": CONTENT_TYPES[format], vary: "accept" },
      });
    },
  }),
];

async function documentsOf({ monitor, history, loaded }: Dashboard): Promise<Documents> {
  const [running, report, counts, apps] = await Promise.all([
    monitor.state(),
    monitor.report(false),
    history.counts(),
    runningApps(),
  ]);
  return {
    version: pkg.version,
    pid: process.pid,
    monitorSinceMs: running === null || running === "silent" ? null : running.about.sinceMs,
    report,
    counts,
    apps,
    tests: testsOf(report, loaded),
  };
}

/** null = no manager runs, or it does not answer: the metrics say that it is not up. */
async function runningApps(): Promise<AppsDocument | null> {
  try {
    return (await (await findService(MANAGER, MANAGER_NAME))?.apps(null)) ?? null;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** Of the projects that are watched, and of the one that this was started in. */
function testsOf(
  { policy }: Report,
  { projectRoot, options }: Dashboard["loaded"],
): ReadonlyMap<string, TestMemory> {
  const roots = new Set([projectRoot, ...(policy.governance?.projects ?? []).map(({ root }) => root)]);
  return new Map(
    [...roots]
      .slice(0, MOST_SERIES)
      .map(
        (root) =>
          [root, readMemory(usualStatePath({ projectRoot: root, options }, "test-files.json"))] as const,
      ),
  );
}
