/** What a wrapper costs while its program does nothing: memory, and how often it is woken. */
import { readdirSync, readFileSync } from "node:fs";
import { scratchProject } from "../../test/support/launch.ts";
import { hasCode } from "../../test/support/proc.ts";
import { until } from "../../test/support/ready.ts";
import { atMost, type Measurement, type MeasureOptions } from "../section.ts";
import {
  installed,
  limited,
  NAIVE_GATE,
  placeIn,
  start,
  TIMEOUT,
  UNLIMITED,
  type Place,
  type Way,
} from "../support/gate-ways.ts";
import { rssAnonBytes } from "../support/proc-usage.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { digits, megabytes } from "../support/units.ts";

interface Waiting {
  readonly rssBytes: number;
  readonly wakeupsPerS: number;
}

/** By thread: how often it had slept and was woken (proc_pid_status(5)). */
function switches(pid: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
      found.set(thread, Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]));
    } catch (error) {
      // a helper thread of Bun's has ended
      if (!hasCode(error, "ENOENT", "ESRCH")) throw error;
    }
  }
  return found;
}

/** While its program does nothing for long. */
async function whileWaiting({ argv }: Way, place: Place, { smoke }: MeasureOptions): Promise<Waiting> {
  const [settleMs, watchMs] = smoke ? [500, 1_000] : [30_000, 60_000];
  const program = ["-e", "console.log('up'); setTimeout(() => {}, 1e9)"];
  const child = Bun.spawn([...argv, ...program], { ...place, stdio: ["ignore", "pipe", "ignore"] });
  await child.stdout.getReader().read();
  await Bun.sleep(settleMs);
  const before = switches(child.pid);
  await Bun.sleep(watchMs);
  const wakeups = [...switches(child.pid)].map(([thread, now]) => now - (before.get(thread) ?? 0));
  const wakeupsPerS = (wakeups.reduce((sum, each) => sum + each, 0) / watchMs) * 1_000;
  const rssBytes = rssAnonBytes(child.pid);
  child.kill("SIGTERM");
  if (!(await until(() => child.exitCode !== null || child.signalCode !== null))) child.kill("SIGKILL");
  await child.exited;
  return { rssBytes, wakeupsPerS };
}

export const waiting: Measurement = async (options) => {
  using project = scratchProject({ ...UNLIMITED, maxConcurrentProcesses: 10 });
  using scratch = scratchDirectory();
  const ours = installed(scratch.path);
  const place = placeIn(project);
  // the first one fills caches: the disk's, and the wrapper's of its settings
  await start(ours, place);
  const ways = [TIMEOUT, NAIVE_GATE, ours, limited(ours)];
  // at once: nobody of them does anything
  const found = await Promise.all(ways.map((way) => whileWaiting(way, place, options)));
  const own = found[ways.indexOf(ours)];
  return {
    title: "Waiting wrapper",
    tables: [
      {
        caption: "Waiting for a program that does nothing",
        columns: ["started by", "RssAnon", "wake-ups/s"],
        rows: found.map(({ rssBytes, wakeupsPerS }, at) => [
          ways[at]?.name ?? "",
          megabytes(rssBytes),
          digits(wakeupsPerS),
        ]),
      },
    ],
    bars: [
      atMost("RssAnon of a wrapper that waits", 6 * 1_048_576, own?.rssBytes ?? NaN, megabytes),
      atMost("wake-ups of a wrapper that waits, per second", 0.2, own?.wakeupsPerS ?? NaN, digits),
    ],
  };
};
