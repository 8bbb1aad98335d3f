/** What was: rows of the history, and reports over a period. */
import { newestRows, TABLE_NAMES, type TableName } from "../../history/store/read-rows.ts";
import { systemClock } from "../../os/clock.ts";
import { parseSince } from "../../text/duration.ts";
import { UsageError } from "../../text/errors.ts";
import { typed } from "../../trust/typed.ts";
import type { Dashboard } from "../dashboard.ts";
import { jsonResponse } from "../json-response.ts";
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

interface Rows {
  readonly table: string;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: string;
}

async function newest({ history }: Dashboard, { table, since, until, limit }: Rows) {
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
}

interface Period {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly project?: string | undefined;
  readonly top: string;
}

/** The options of `report`. @throws HttpProblem */
function optionsOf({ since, until, project, top }: Period): readonly string[] {
  const nowMs = systemClock.wallMs();
  const [fromMs, toMs] = [momentOf(since, nowMs), momentOf(until, nowMs)];
  if (fromMs !== null && fromMs >= (toMs ?? nowMs))
    throw new HttpProblem(422, `"since" (${iso(fromMs)}) is not before "until" (${iso(toMs ?? nowMs)}).`);
  return [
    ...(since === undefined ? [] : ["--since", since]),
    ...(until === undefined ? [] : ["--until", until]),
    ...(project === undefined ? [] : ["--project", project]),
    "--top",
    top,
  ];
}

export const HISTORY: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/history",
    summary:
      "What was observed and done: the document of `history export --json`, the newest rows of each table. `cut` names the tables that have more; the rows before are got by `until`.",
    asks: "History",
    answer: "History",
    handle: async ({ dashboard, asked }) => {
      const question = `history ${JSON.stringify(asked)} ${await dashboard.history.state()}`;
      return jsonResponse(
        await dashboard.recent.of(question, async () => JSON.stringify(await newest(dashboard, asked))),
      );
    },
  }),
  route({
    method: "GET",
    path: "/api/report",
    summary:
      "What the history says about a period, with advice: the document of `report --json`. It is made anew once a minute at most.",
    asks: "Period",
    answer: "PeriodReport",
    handle: async ({ dashboard: { history, reports, recent }, asked, goesOn }) => {
      const options = optionsOf(asked);
      goesOn();
      const question = `report ${JSON.stringify(options)} ${await history.state()}`;
      const text = await recent.of(question, async () => {
        if ((await history.read(() => true)) === null) throw nothingYet();
        return (await reports()).of(options);
      });
      return jsonResponse(text);
    },
  }),
];
