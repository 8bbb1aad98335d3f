/** The zoo's table (test/zoo) through both: which runaways end as stated, and which innocent neighbours live. */
import { missing, type Played, playRow } from "../../test/zoo/play.ts";
import type { Row } from "../../test/zoo/row.ts";
import { notPlayed, table } from "../../test/zoo/table.ts";
import type { Section } from "../section.ts";
import type { Side } from "../support/monitors.ts";

/** One that TERM ends, one that heeds no signal, one that only its time gives away. */
const SMOKE_ROWS: ReadonlySet<string> = new Set(["Z07", "Z14"]);

interface Result {
  readonly row: Row;
  readonly played: Record<Side, Played>;
}

async function play(row: Row, side: Side): Promise<Played> {
  try {
    return await playRow(row, side);
  } catch (error) {
    // a stage that breaks is a row that did not end as stated, not the end of the benchmark
    const problem = error instanceof Error ? error.message : String(error);
    return { asStated: false, problems: [problem], bystanders: [] };
  }
}

/** Two at a time: more would make the spinners of one row the starvation of another. */
async function playAll(rows: readonly Row[], progress: (what: string) => void): Promise<readonly Result[]> {
  const waiting = [...rows];
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const played = { ours: await play(row, "ours"), naive: await play(row, "naive") };
      results.push({ row, played });
      progress(`${row.id}, ${results.length} of ${rows.length}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return results.toSorted((a, b) => a.row.id.localeCompare(b.row.id));
}

function cell({ asStated, bystanders }: Played): string {
  const killed = bystanders.filter(({ alive }) => !alive).length;
  const harm = killed === 0 ? "" : `, ${killed} of ${bystanders.length} bystanders killed`;
  return (asStated ? "as stated" : "differs") + harm;
}

function total(results: readonly Result[], side: Side): string {
  const played = results.map((result) => result.played[side]);
  const bystanders = played.flatMap((one) => one.bystanders);
  const asStated = played.filter((one) => one.asStated).length;
  return `${asStated} of ${played.length} as stated, bystanders ${bystanders.filter(({ alive }) => alive).length} of ${bystanders.length} alive`;
}

export async function zoo(smoke: boolean, progress: (what: string) => void): Promise<Section> {
  const rows = table.filter((row) => !smoke || SMOKE_ROWS.has(row.id));
  const results = await playAll(
    rows.filter((row) => missing(row) === null),
    progress,
  );
  const skipped = rows.flatMap((row) => {
    const because = missing(row);
    return because === null ? [] : [`${row.id} skipped: ${because}.`];
  });
  return {
    title: "Zoo",
    tables: [
      {
        caption: "Runaways that end as the table says, beside neighbours that must live",
        columns: ["row", "ours", "naive", "what it is"],
        rows: [
          ...results.map(({ row, played }) => [row.id, cell(played.ours), cell(played.naive), row.title]),
          ["all", total(results, "ours"), total(results, "naive"), ""],
        ],
        notes: [
          "`bun run zoo` plays it alone and says what differs.",
          ...skipped,
          ...notPlayed.map(({ id, because }) => `${id} not played: ${because}.`),
        ],
      },
    ],
    bars: [
      {
        what: "Zoo rows that end as stated",
        bar: `${results.length} of ${results.length}`,
        measured: total(results, "ours"),
        met: results.every(
          ({ played }) => played.ours.asStated && played.ours.bystanders.every(({ alive }) => alive),
        ),
      },
    ],
  };
}
