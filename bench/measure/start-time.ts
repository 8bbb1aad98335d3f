/** How long each command takes, beside a Bun that does nothing. */
import { join } from "node:path";
import { OWN_FLAGS } from "../../src/trust/own-bun.ts";
import { repository, scratchProject } from "../../test/support/launch.ts";
import { atMost, type Measurement, type Section } from "../section.ts";
import { readUsage } from "../support/proc-usage.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, times } from "../support/units.ts";

const script = join(repository, "scripts/fix-runaway-bun.ts");
/** By its first lines, as npm's links start it. */
const product = (...args: readonly string[]): readonly string[] => [script, ...args];

interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  /** Ends by itself, or is measured up to its first line of output and then stopped. */
  readonly until: "exit" | "output";
  /** Looks twice on purpose, a second apart: not what a start costs. */
  readonly waitsMs: number;
}

const BARE: Command = { name: "bun -e ''", argv: [process.execPath, "-e", ""], until: "exit", waitsMs: 0 };
/** As the hook that setup writes comes to it, without `bun run`, which adds a start of Bun. */
const HOOK: Command = {
  name: "cleanup in a git hook",
  argv: product("cleanup", "--hook"),
  until: "exit",
  waitsMs: 0,
};
/** Added to a commit on a quiet machine. */
const HOOK_MS = 100;
const COMMANDS: readonly Command[] = [
  BARE,
  {
    name: "bunctl --version",
    argv: [join(repository, "bin/bunctl"), "--version"],
    until: "exit",
    waitsMs: 0,
  },
  {
    name: "the same without its launcher",
    argv: [process.execPath, ...OWN_FLAGS, join(repository, "scripts/bunctl.ts"), "--version"],
    until: "exit",
    waitsMs: 0,
  },
  { name: "--help", argv: product("--help"), until: "exit", waitsMs: 0 },
  { name: "config check", argv: product("config", "check"), until: "exit", waitsMs: 0 },
  { name: "status --json", argv: product("status", "--json"), until: "exit", waitsMs: 1_000 },
  { name: "cleanup --dry-run", argv: product("cleanup", "--dry-run"), until: "exit", waitsMs: 0 },
  HOOK,
  { name: "monitor, until it watches", argv: product("monitor"), until: "output", waitsMs: 0 },
];

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Place {
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
}

async function toExit({ argv, name }: Command, place: Place): Promise<Start> {
  const startedMs = performance.now();
  const child = Bun.spawn([...argv], { ...place, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const code = await child.exited;
  const wallMs = performance.now() - startedMs;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${(await child.stderr.text()).trim()}`);
  const used = child.resourceUsage();
  if (used === undefined) throw new Error(`${name} left no resource usage`);
  return { wallMs, cpuMs: Number(used.cpuTime.total) / 1_000 };
}

async function toOutput({ argv, name }: Command, place: Place): Promise<Start> {
  const startedMs = performance.now();
  const child = Bun.spawn([...argv], { ...place, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const first = await child.stdout.getReader().read();
  const wallMs = performance.now() - startedMs;
  if (first.done) throw new Error(`${name} ended without a word: ${(await child.stderr.text()).trim()}`);
  const cpuMs = readUsage(child.pid).threadsMs;
  child.kill("SIGTERM");
  await child.exited;
  return { wallMs, cpuMs };
}

function section(starts: ReadonlyMap<Command, readonly Start[]>): Section {
  const cpu = (command: Command): number[] => (starts.get(command) ?? []).map(({ cpuMs }) => cpuMs);
  const wall = (command: Command): number[] =>
    (starts.get(command) ?? []).map(({ wallMs }) => wallMs - command.waitsMs);
  return {
    title: "Start time",
    tables: [
      {
        caption: "From the start of the process to its end",
        columns: ["command", "wall, ms", "÷ bare Bun", "CPU, ms", "÷ bare Bun"],
        rows: COMMANDS.map((command) => [
          command.name + (command.waitsMs === 0 ? "" : " *"),
          withRange(wall(command), digits),
          times(median(wall(command)) / median(wall(BARE))),
          withRange(cpu(command), digits),
          times(median(cpu(command)) / median(cpu(BARE))),
        ]),
        notes: [
          `Median (least–most) of ${starts.get(BARE)?.length ?? 0} interleaved runs, from source, warm disk cache.`,
          "* looks twice, a second apart, because CPU use is a difference: that second is subtracted from the wall time. A clean-up does so only where somebody may use too much.",
        ],
      },
    ],
    bars: [
      atMost(
        "Added to a commit while no other Bun of the project runs",
        HOOK_MS,
        median(wall(HOOK)),
        (ms) => `${digits(ms)} ms`,
      ),
    ],
  };
}

export const startTime: Measurement = async ({ smoke, progress }) => {
  using project = scratchProject({});
  const place: Place = { cwd: project.directory, env: { ...process.env, ...project.env } };
  const starts = new Map<Command, Start[]>(COMMANDS.map((command) => [command, []]));
  const rounds = smoke ? 2 : 15;
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const command of COMMANDS) {
      const start = await (command.until === "exit" ? toExit(command, place) : toOutput(command, place));
      starts.get(command)?.push(start);
    }
  }
  return section(starts);
};
