/** `/metrics`, for Prometheus. All that it tells of is asked for once a second at most, and only while somebody scrapes. */
import pkg from "../../../package.json" with { type: "json" };
import { MANAGER, MANAGER_NAME, type AppsDocument } from "../../wire/manager.ts";
import { ServiceError } from "../../wire/client.ts";
import { findService } from "../../host/sockets.ts";
import { usualStatePath } from "../../host/state.ts";
import { readMemory, type TestMemory } from "../../runner/test/memory.ts";
import type { WatchTotals } from "../../wire/documents/totals.ts";
import type { Dashboard } from "../dashboard.ts";
import { METRICS } from "../metrics/all.ts";
import type { Documents } from "../metrics/metric.ts";
import { MOST_SERIES } from "../metrics/names.ts";
import { CONTENT_TYPES, formatFor, metricsText, type Format } from "../metrics/text.ts";
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
      return new Response(await recent(dashboard, format), {
        headers: { "content-type": CONTENT_TYPES[format], vary: "accept" },
      });
    },
  }),
];

interface Scraped {
  readonly atMs: number;
  readonly text: Promise<string>;
}

/** However many scrape: what a monitor is asked costs it a look. The text alone is kept, which is short. */
const SCRAPED_FOR_MS = 1_000;
const scraped = new WeakMap<Dashboard, Map<Format, Scraped>>();

function recent(dashboard: Dashboard, format: Format): Promise<string> {
  const known = scraped.get(dashboard) ?? new Map<Format, Scraped>();
  scraped.set(dashboard, known);
  const last = known.get(format);
  const atMs = performance.now();
  if (last !== undefined && atMs - last.atMs < SCRAPED_FOR_MS) return last.text;
  const text = documentsOf(dashboard).then((documents) => metricsText(METRICS, documents, format));
  known.set(format, { atMs, text });
  // a failure is told to whoever waits for it, and not kept
  text.catch(() => known.delete(format));
  return text;
}

async function documentsOf({ monitor, history, loaded }: Dashboard): Promise<Documents> {
  const [running, counts, apps] = await Promise.all([monitor.state(), history.counts(), runningApps()]);
  // it has been waited for, and a look of our own would wait once more
  const totals = running === "silent" ? null : await monitor.totals();
  return {
    version: pkg.version,
    monitorSinceMs: running === null || running === "silent" ? null : running.about.sinceMs,
    totals,
    counts,
    apps,
    tests: testsOf(totals, loaded),
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
  totals: WatchTotals | null,
  { projectRoot, options }: Dashboard["loaded"],
): ReadonlyMap<string, TestMemory> {
  const roots = new Set([projectRoot, ...(totals?.terms ?? []).flatMap(({ project }) => project ?? [])]);
  return new Map(
    [...roots]
      .slice(0, MOST_SERIES)
      .map(
        (root) =>
          [root, readMemory(usualStatePath({ projectRoot: root, options }, "test-files.json"))] as const,
      ),
  );
}
