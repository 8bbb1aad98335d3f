/** What the history costs: bytes on the disk per day, with and after retention, and CPU per look. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { TUNING } from "../../src/host/runtime-tuning.ts";
import { openHistory } from "../../src/history/store/open.ts";
import { retain } from "../../src/history/store/retention.ts";
import { writeSyntheticHistory, WEEK } from "../../test/support/synthetic-history.ts";
import { atMost, type Measurement, type Table } from "../section.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { digits, megabytes, us } from "../support/units.ts";

const MINUTE_MS = 60_000;
/** Whole days, at their end as the product counts them; the date itself does not matter. */
const END_MS = Date.UTC(2026, 10, 26);
/** Short, so that a week shows that retention holds. */
const KEPT_DAYS = 3;

interface Day {
  readonly grownBytes: number;
  readonly keptBytes: number;
}

interface Week {
  readonly processes: number;
  readonly days: readonly Day[];
  readonly exits: number;
  readonly kills: number;
}

/** Written minute by minute, as a monitor does it; after each day retention has its turn. */
function measureWeek(smoke: boolean, progress: (what: string) => void): Week {
  using scratch = scratchDirectory();
  const options = { ...WEEK, ...(smoke && { processes: 50, days: 4 }), endMs: END_MS };
  const path = join(scratch.path, "history.db");
  using database = openHistory(path);
  const size = (): number => {
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return statSync(path).size;
  };
  const days: Day[] = [];
  progress(`${options.days} days of ${options.processes} processes`);
  const { exits, kills } = writeSyntheticHistory(database, options, {
    transactionMs: MINUTE_MS,
    onDay: (endMs) => {
      const grownBytes = size();
      retain(database, endMs, KEPT_DAYS);
      days.push({ grownBytes, keptBytes: size() });
      progress(`day ${days.length}`);
    },
  });
  return { processes: options.processes, days, exits, kills };
}

async function observeUs(processes: number, looks: number): Promise<number> {
  const script = join(import.meta.dir, "../history/observe.ts");
  const argv = [process.execPath, script, String(processes), String(looks)];
  const child = Bun.spawn(argv, { env: { ...process.env, ...TUNING }, stdin: "ignore", stdout: "pipe" });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}`);
  const { us: value }: { us: number } = JSON.parse(text);
  return value;
}

/** Of the first two: nothing of them is old enough to go. */
const perDay = ({ days }: Week): number => (days[1]?.grownBytes ?? NaN) / 2;

const sizeTable = (week: Week): Table => ({
  caption: `Size of history.db, ${week.processes} Bun processes by day, ${KEPT_DAYS} days kept`,
  columns: ["after day", "before retention", "after it"],
  rows: week.days.map(({ grownBytes, keptBytes }, day) => [
    String(day + 1),
    megabytes(grownBytes),
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
        notes: ["CPU time, without the optimising compilers, as a monitor runs."],
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
