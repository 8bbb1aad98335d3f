/** What was: rows of the history, and reports over a period. */
import { newestRows, TABLE_NAMES, type TableName } from "../../history/store/read-rows.ts";
import { systemClock } from "../../os/clock.ts";
import { parseSince } from "../../text/duration.ts";
import { UsageError } from "../../text/errors.ts";
import { typed } from "../../trust/typed.ts";
import { HttpProblem } from "../problem.ts";
import { route, type Route } from "../route.ts";

const DAY_MS = 86_400_000;

/** As `--since` takes it; null: it was not said. */
function momentOf(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  try {
    return parseSince(text, nowMs);
  } catch (error) {
    if (error instanceof UsageError) throw new HttpProblem(422, error.message);
    throw error;
  }
}

function tablesOf(text: string): readonly TableName[] {
  return text.split(",").map((name) => {
    const found = TABLE_NAMES.find((each) => each === name);
    if (found !== undefined) return found;
    throw new HttpProblem(422, `There is no table of that name. "table" takes ${TABLE_NAMES.join(", ")}.`);
  });
}

const nothingYet = (): HttpProblem =>
  new HttpProblem(404, `There is no history yet. A monitor records it: ${typed("monitor --detach")}`);

const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());

export const HISTORY: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/history",
    summary:
      "What was observed and done: the document of `history export --json`, the newest rows of each table. `cut` names the tables that have more; the rows before are got by `until`.",
    asks: "History",
    answer: "History",
    handle: async ({ dashboard: { history }, asked: { table, since, until, limit } }) => {
      const nowMs = systemClock.wallMs();
      const names = tablesOf(table);
      const [fromMs, toMs] = [momentOf(since, nowMs) ?? nowMs - DAY_MS, momentOf(until, nowMs)];
      const range = { sinceMs: fromMs, untilMs: toMs ?? Number.MAX_SAFE_INTEGER };
      const most = Number(limit);
      const read = await history.read((database) =>
        database.transaction(() =>
          names.map((name) => [name, newestRows(database, name, { ...range, most: most + 1 })] as const),
        )(),
      );
      if (read === null) throw nothingYet();
      return {
        schemaVersion: 1,
        at: iso(nowMs),
        since: iso(fromMs),
        until: iso(toMs),
        cut: read.filter(([, rows]) => rows.length > most).map(([name]) => name),
        ...Object.fromEntries(read.map(([name, rows]) => [name, rows.slice(-most)])),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/report",
    summary:
      "What the history says about a period, with advice: the document of `report --json`. It is made anew once a minute at most.",
    asks: "Period",
    answer: "PeriodReport",
    handle: async ({ dashboard: { history, reports }, asked: { since, until, project, top }, goesOn }) => {
      const nowMs = systemClock.wallMs();
      const [fromMs, toMs] = [momentOf(since, nowMs), momentOf(until, nowMs)];
      if (fromMs !== null && fromMs >= (toMs ?? nowMs))
        throw new HttpProblem(422, `"since" (${iso(fromMs)}) is not before "until" (${iso(toMs ?? nowMs)}).`);
      if ((await history.read(() => true)) === null) throw nothingYet();
      goesOn();
      const text = await (
        await reports()
      ).of([
        ...(since === undefined ? [] : ["--since", since]),
        ...(until === undefined ? [] : ["--until", until]),
        ...(project === undefined ? [] : ["--project", project]),
        "--top",
        top,
      ]);
      return new Response(text, { headers: { "content-type": "application/json" } });
    },
  }),
];
