/** What the history costs: bytes on the disk per day, with and after retention, and CPU per look. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { QUIET } from "../../src/cli/monitoring/quiet.ts";
import { openHistory } from "../../src/record/history/open.ts";
import { retain } from "../../src/record/history/retention.ts";
import { writeSyntheticHistory, WEEK } from "../../test/support/synthetic-history.ts";
import { atMost, type Measurement, type Table } from "../section.ts";
import { cpuMs } from "../support/rusage.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { digits, megabytes, us } from "../support/units.ts";

const MINUTE_MS = 60_000;
/** Whole days, at their end as the product counts them; the date itself does not matter. */
const END_MS = Date.UTC(2026, 10, 26);
/** Short, so that a week shows that retention holds. */
const KEPT_DAYS = 3;
const AMPLE_MS = 600_000;

interface Day {
  readonly bytes: number;
  readonly keptBytes: number;
}

interface Week {
  readonly processes: number;
  readonly days: readonly Day[];
  readonly exits: number;
  readonly kills: number;
  /** CPU of one minute's transaction, its share of checkpoints included. */
  readonly flushMs: number;
}

/** Two files of the same week, written minute by minute: one is kept for all of it, one for three days. */
function measureWeek(smoke: boolean, progress: (what: string) => void): Week {
  using scratch = scratchDirectory();
  const options = { ...WEEK, ...(smoke && { processes: 50, days: 4 }), endMs: END_MS };
  const sizeOf = (name: string, database: ReturnType<typeof openHistory>): number => {
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return statSync(join(scratch.path, name)).size;
  };
  using all = openHistory(join(scratch.path, "all.db"));
  const sizes: number[] = [];
  const before = cpuMs();
  progress(`${options.days} days of ${options.processes} processes, written minute by minute`);
  const { exits, kills } = writeSyntheticHistory(all, options, {
    transactionMs: MINUTE_MS,
    onDay: () => sizes.push(sizeOf("all.db", all)),
  });
  const withMinutesMs = cpuMs() - before;
  progress(`the same with ${KEPT_DAYS} days kept`);
  using kept = openHistory(join(scratch.path, "kept.db"));
  const keptSizes: number[] = [];
  writeSyntheticHistory(kept, options, {
    onDay: (endMs) => {
      retain(kept, endMs, KEPT_DAYS, AMPLE_MS);
      keptSizes.push(sizeOf("kept.db", kept));
    },
  });
  const withHoursMs = cpuMs() - before - withMinutesMs;
  return {
    processes: options.processes,
    days: sizes.map((bytes, day) => ({ bytes, keptBytes: keptSizes[day] ?? 0 })),
    exits,
    kills,
    flushMs: Math.max(0, withMinutesMs - withHoursMs) / (options.days * 1_440),
  };
}

async function observeUs(processes: number, looks: number): Promise<number> {
  const script = join(import.meta.dir, "../history/observe.ts");
  const argv = [process.execPath, script, String(processes), String(looks)];
  const child = Bun.spawn(argv, { env: { ...process.env, ...QUIET }, stdin: "ignore", stdout: "pipe" });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}`);
  const { us: value }: { us: number } = JSON.parse(text);
  return value;
}

const perDay = ({ days }: Week): number => (days.at(-1)?.bytes ?? NaN) / days.length;

const sizeTable = (week: Week): Table => ({
  caption: `Size of history.db, ${week.processes} Bun processes by day`,
  columns: ["after day", "everything kept", `${KEPT_DAYS} days kept`],
  rows: week.days.map(({ bytes, keptBytes }, day) => [
    String(day + 1),
    megabytes(bytes),
    megabytes(keptBytes),
  ]),
  notes: [
    `Synthetic days, looks every 10 s: ${week.exits.toLocaleString("en")} processes ended, ${week.kills.toLocaleString("en")} kills. ${megabytes(perDay(week))} per day.`,
    "Retention runs after each day here, weekly in a monitor; minutes older than two days are hours then.",
  ],
});

export const history: Measurement = async ({ smoke, progress }) => {
  const week = measureWeek(smoke, progress);
  const looks = smoke ? 200 : 3_000;
  const [few, many] = [await observeUs(20, looks), await observeUs(500, looks)];
  return {
    title: "History",
    tables: [
      sizeTable(week),
      {
        caption: "CPU of keeping it",
        columns: ["Bun processes", "folding in one look, µs"],
        rows: [
          ["20", digits(few)],
          ["500", digits(many)],
        ],
        notes: [
          `CPU time, without the optimising compilers, as a monitor runs. Once a minute comes one transaction: ${digits(week.flushMs)} ms more than written in one for the hour.`,
        ],
      },
    ],
    bars: smoke
      ? []
      : [
          atMost("History per day, 500 Bun processes", 5 * 1_048_576, perDay(week), megabytes),
          atMost("CPU of recording one look at 20 Bun processes", 200, few, us),
        ],
  };
};
