/** All that `/metrics` tells of, asked for with a scrape. */
import pkg from "../../../package.json" with { type: "json" };
import { findManager } from "../../host/running-manager.ts";
import { usualStatePath } from "../../host/state.ts";
import { readMemory, type TestMemory } from "../../runner/test/memory.ts";
import { ServiceError } from "../../wire/client.ts";
import type { WatchTotals } from "../../wire/documents/totals.ts";
import type { AppsDocument } from "../../wire/manager.ts";
import type { Dashboard } from "../dashboard.ts";
import { answering } from "../source/monitor.ts";
import { METRICS } from "./all.ts";
import type { Documents } from "./metric.ts";
import { MOST_SERIES } from "./names.ts";
import { metricsText, type Format } from "./text.ts";

export type Scraped = Pick<Dashboard, "monitor" | "history" | "loaded">;

export const scraped = async (server: Scraped, format: Format): Promise<string> =>
  metricsText(METRICS, await documentsOf(server), format);

async function documentsOf({ monitor, history, loaded }: Scraped): Promise<Documents> {
  const [running, counts, apps] = await Promise.all([monitor.state(), history.counts(), runningApps()]);
  // it has been waited for, and a look of our own would wait once more
  const totals = running === "silent" ? null : await monitor.totals();
  return {
    version: pkg.version,
    monitorSinceMs: answering(running)?.about.sinceMs ?? null,
    totals,
    counts,
    apps,
    tests: testsOf(totals, loaded),
  };
}

/** null = no manager runs, or it does not answer: the metrics say that it is not up. */
async function runningApps(): Promise<AppsDocument | null> {
  try {
    return (await (await findManager())?.apps(null)) ?? null;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** Of the projects that are watched, and of the one that this was started in. */
function testsOf(
  totals: WatchTotals | null,
  { projectRoot, options }: Scraped["loaded"],
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
