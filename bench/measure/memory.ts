/** RssAnon of a monitor: at rest, and after it has killed and logged (which loads the logging library). */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../test/support/proc.ts";
import { startFixture, until } from "../../test/support/ready.ts";
import { atMost, type Section } from "../section.ts";
import type { Monitor } from "../support/monitors.ts";
import { rssAnonBytes } from "../support/proc-usage.ts";
import { megabytes } from "../support/units.ts";

const bloat = join(import.meta.dir, "../fixtures/bloat.ts");
const LOG = ".kiro/logs/bun-process-monitor.log";
/** Several intervals: a kill that has not come by then does not come. */
const PATIENCE_MS = 60_000;
/** The logging library is loaded, used and let go of in this time. */
const PEAK_MS = 3_000;

function isLogged(monitor: Monitor, pid: number): boolean {
  const log = join(monitor.project.directory, LOG);
  const text =
    monitor.side === "naive" ? monitor.lines().join("\n") : existsSync(log) ? readFileSync(log, "utf8") : "";
  return text.includes(String(pid));
}

export interface AfterKill {
  /** The highest reading while it logs. */
  readonly peak: number;
  /** When it rests again. */
  readonly rest: number;
}

/** Gives the monitor something over the memory limit; bytes, from the log line on. */
export async function rssAfterKill(monitor: Monitor, restMs: number): Promise<AfterKill> {
  await using victim = await startFixture([process.execPath, bloat, "300", "200"]);
  const { root } = victim;
  if (!(await until(() => !isAlive(root) && isLogged(monitor, root.pid), PATIENCE_MS)))
    throw new Error(
      `the ${monitor.side} monitor did not ${isAlive(root) ? "kill" : "log the kill of"} a process over its memory limit\n` +
        monitor.lines().slice(-20).join("\n"),
    );
  let peak = 0;
  const endMs = performance.now() + PEAK_MS;
  while (performance.now() < endMs) {
    peak = Math.max(peak, rssAnonBytes(monitor.pid));
    await Bun.sleep(50);
  }
  await Bun.sleep(restMs);
  return { peak, rest: rssAnonBytes(monitor.pid) };
}

export interface Memory {
  readonly idle: number;
  readonly afterKill: AfterKill;
}

export function memorySection(ours: Memory, naive: Memory): Section {
  const row = (name: string, { idle, afterKill }: Memory): string[] => [
    name,
    megabytes(idle),
    megabytes(afterKill.peak),
    megabytes(afterKill.rest),
  ];
  const limit = 16 * 1_048_576;
  return {
    title: "Memory of the monitor",
    tables: [
      {
        caption: "RssAnon of the same monitors",
        columns: ["monitor", "idle", "highest while it logs a kill", "after the logged kill"],
        rows: [row("ours", ours), row("naive", naive)],
      },
    ],
    bars: [
      atMost("RssAnon idle", limit, ours.idle, megabytes),
      atMost("RssAnon after a logged kill", limit, ours.afterKill.rest, megabytes),
    ],
  };
}
