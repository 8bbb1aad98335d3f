/** What `report` costs over a week of many processes, beside counting the same rows as lines of JSON. */
import { join } from "node:path";
import { openHistory } from "../../src/history/store/open.ts";
import { repository, scratchProject } from "../../test/support/launch.ts";
import { WEEK, writeSyntheticHistory, type SyntheticSummary } from "../../test/support/synthetic-history.ts";
import { atMost, type Measurement, type Section } from "../section.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, megabytes, ms, times } from "../support/units.ts";

const script = join(repository, "scripts/fix-runaway-bun.ts");
const product = (...args: readonly string[]): readonly string[] => [process.execPath, script, ...args];

const BARE = "bun -e ''";
const OURS = "report";
const LINES = "the same rows as JSON lines, only counted";

interface Place {
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
}

async function cpuMsOf(argv: readonly string[], place: Place): Promise<number> {
  const child = Bun.spawn([...argv], { ...place, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const [code, complaint] = await Promise.all([child.exited, child.stderr.text()]);
  const used = child.resourceUsage();
  if (code !== 0 || used === undefined) throw new Error(`${argv.join(" ")} ended with ${code}: ${complaint}`);
  return Number(used.cpuTime.total) / 1_000;
}

/** Every row of the history, one object per line. */
async function exportLines(path: string, place: Place): Promise<void> {
  const child = Bun.spawn([...product("history", "export", "--jsonl")], {
    ...place,
    stdin: "ignore",
    stdout: Bun.file(path),
    stderr: "inherit",
  });
  const code = await child.exited;
  if (code !== 0) throw new Error(`history export ended with ${code}`);
}

export const report: Measurement = async ({ smoke, progress }): Promise<Section> => {
  const size = smoke ? { ...WEEK, processes: 20, days: 1, intervalMs: 60_000 } : WEEK;
  using project = scratchProject({});
  const place: Place = { cwd: project.directory, env: { ...process.env, ...project.env } };
  const path = project.state("history.db");
  progress(`writing ${size.days} days of ${size.processes} processes`);
  const { looks, exits, kills } = fill(path, size);
  const lines = join(project.directory, "history.jsonl");
  await exportLines(lines, place);
  const commands: Readonly<Record<string, readonly string[]>> = {
    [BARE]: [process.execPath, "-e", ""],
    [OURS]: product("report"),
    "report --json": product("report", "--json"),
    [LINES]: [process.execPath, join(import.meta.dir, "../fixtures/count-lines.ts"), lines],
  };
  const cpu = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  const rounds = smoke ? 2 : 9;
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const [name, argv] of Object.entries(commands)) cpu.get(name)?.push(await cpuMsOf(argv, place));
  }
  const of = (name: string): number => median(cpu.get(name) ?? []);
  return {
    title: "Report",
    tables: [
      {
        caption: `CPU of a report over ${size.days} days with ${size.processes} processes at a time`,
        columns: ["command", "CPU, ms", "÷ counting lines"],
        rows: [...cpu].map(([name, values]) => [
          name,
          withRange(values, digits),
          times(of(name) / of(LINES)),
        ]),
        notes: [
          `${looks} looks, ${exits} processes that ended, ${kills} stopped; ${megabytes(Bun.file(path).size)} of history, ${megabytes(Bun.file(lines).size)} of lines.`,
          `Median (least–most) of ${rounds} interleaved runs; user + system time of the whole process, its start included.`,
        ],
      },
    ],
    bars: smoke ? [] : [atMost("CPU of `report` over a week of 500 processes", 1_000, of(OURS), ms)],
  };
};

function fill(path: string, size: typeof WEEK): SyntheticSummary {
  using database = openHistory(path);
  return writeSyntheticHistory(database, { ...size, endMs: Date.now() });
}
