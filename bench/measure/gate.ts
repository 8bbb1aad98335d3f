/** What a gated start costs, and a wrapper that waits: beside bare Bun, timeout(1), GNU parallel's sem and the naive gate. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { buildWrapper } from "../../src/cli/wrapper/build.ts";
import { repository, scratchProject, type Project } from "../../test/support/launch.ts";
import { hasCode } from "../../test/support/proc.ts";
import { until } from "../../test/support/ready.ts";
import { atMost, type Measurement, type MeasureOptions, type Section, type Table } from "../section.ts";
import { rssAnonBytes } from "../support/proc-usage.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, megabytes, times } from "../support/units.ts";

const bun = process.execPath;
const NAIVE = join(repository, "test/fixtures/gate/naive.ts");
const SLOTS = "3";

interface Way {
  readonly name: string;
  /** In front of what Bun gets. */
  readonly argv: readonly string[];
}

/** As npm puts it into a project: with the built file, whose age nobody has to ask for. */
function install(into: string): string {
  const modules = join(into, "node_modules");
  const to = join(modules, "bun-watchdog");
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(join(repository, "node_modules")))
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  for (const part of ["scripts", "src", "dist", "package.json"])
    cpSync(join(repository, part), join(to, part), { recursive: true, preserveTimestamps: true });
  return join(to, "scripts/bun-wrapper.ts");
}

const BARE: Way = { name: "bare bun", argv: [bun] };

interface Place {
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
}

/** At home: root takes no other HOME's word, and to look up passwd(5) is no part of a usual start. */
const placeIn = ({ directory: cwd, env }: Project): Place => ({
  cwd,
  env: {
    ...process.env,
    ...env,
    HOME: process.env["HOME"],
    // our scripts' first lines find Bun there, as they do below npm
    PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}`,
  },
});

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function start({ name, argv }: Way, place: Place): Promise<Start> {
  const startedMs = performance.now();
  const child = Bun.spawn([...argv, "-e", "1"], { ...place, stdio: ["ignore", "ignore", "pipe"] });
  const code = await child.exited;
  const wallMs = performance.now() - startedMs;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${await child.stderr.text()}`);
  return { wallMs, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? NaN) / 1_000 };
}

/** Interleaved, so that a disturbance hits all of them. */
async function starts(
  ways: readonly Way[],
  place: Place,
  { smoke }: MeasureOptions,
): Promise<Map<Way, Start[]>> {
  const found = new Map<Way, Start[]>(ways.map((way) => [way, []]));
  const rounds = smoke ? 2 : 31;
  // the first one fills caches: the disk's, and the wrapper's of its settings
  for (const way of ways) await start(way, place);
  for (let round = 0; round < rounds; round++)
    for (const way of ways) found.get(way)?.push(await start(way, place));
  return found;
}

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
async function waiting({ argv }: Way, place: Place, { smoke }: MeasureOptions): Promise<Waiting> {
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

function startTable(found: ReadonlyMap<Way, readonly Start[]>, added: (way: Way) => number): Table {
  return {
    caption: "From the start to the end of a Bun that does nothing",
    columns: ["started by", "wall, ms", "added ÷ bare", "CPU, ms"],
    rows: [...found].map(([way, all]) => [
      way.name,
      withRange(
        all.map(({ wallMs }) => wallMs),
        digits,
      ),
      times(added(way)),
      withRange(
        all.map(({ cpuMs }) => cpuMs),
        digits,
      ),
    ]),
    notes: [
      `Median (least–most) of ${found.get(BARE)?.length ?? 0} interleaved runs; "installed" takes the file that npm run build makes.`,
    ],
  };
}

function section(
  ours: Way,
  found: ReadonlyMap<Way, readonly Start[]>,
  idle: ReadonlyMap<Way, Waiting>,
): Section {
  const wall = (way: Way): number => median((found.get(way) ?? []).map(({ wallMs }) => wallMs));
  const added = (way: Way): number => (wall(way) - wall(BARE)) / wall(BARE);
  const own = idle.get(ours);
  return {
    title: "Gate",
    tables: [
      startTable(found, added),
      {
        caption: "Waiting for a program that does nothing",
        columns: ["started by", "RssAnon", "wake-ups/s"],
        rows: [...idle].map(([{ name }, { rssBytes, wakeupsPerS }]) => [
          name,
          megabytes(rssBytes),
          digits(wakeupsPerS),
        ]),
      },
    ],
    bars: [
      atMost("a gated start, added wall time ÷ bare Bun's", 4, added(ours), times),
      atMost("RssAnon of a wrapper that waits", 6 * 1_048_576, own?.rssBytes ?? NaN, megabytes),
      atMost("wake-ups of a wrapper that waits, per second", 0.2, own?.wakeupsPerS ?? NaN, digits),
    ],
  };
}

export const gate: Measurement = async (options) => {
  if (Bun.which("sem") === null) throw new Error("sem is not installed (npm run test:deps installs it)");
  await buildWrapper();
  // limits that are kept by looking have rows of their own
  const unlimited = { maxMemoryUsageMB: null, maxCpuUsagePercent: null };
  using project = scratchProject(unlimited);
  // for those who wait beside each other
  using roomy = scratchProject({ ...unlimited, maxConcurrentProcesses: 10 });
  using scratch = scratchDirectory();
  const ours: Way = { name: "bun-wrapper, installed", argv: [install(scratch.path)] };
  const limited: Way = {
    name: "the same with --memory 1G --cpu 80",
    argv: [...ours.argv, "--memory", "1G", "--cpu", "80"],
  };
  const timeout: Way = { name: "timeout 600", argv: ["timeout", "600", bun] };
  const naive: Way = { name: "naive gate", argv: [bun, NAIVE, SLOTS, "naive-bench-job"] };
  const ways: readonly Way[] = [
    BARE,
    timeout,
    naive,
    { name: "sem --fg (GNU parallel)", argv: ["sem", "--fg", "-j", SLOTS, bun] },
    ours,
    limited,
    { name: "bun-wrapper, in a checkout", argv: [join(repository, "scripts/bun-wrapper.ts")] },
  ];
  options.progress("starts");
  const found = await starts(ways, placeIn(project), options);
  options.progress("waiting");
  await start(ours, placeIn(roomy));
  // at once: nobody of them does anything
  const idle = await Promise.all(
    [timeout, naive, ours, limited].map(
      async (way) => [way, await waiting(way, placeIn(roomy), options)] as const,
    ),
  );
  return section(ours, found, new Map(idle));
};
