/** Processes: all of them, and one. */
import { uptime } from "node:os";
import { MS_PER_TICK } from "../../os/clock.ts";
import { shownIn } from "../../wire/documents/status-news.ts";
import type { Dashboard } from "../dashboard.ts";
import { jsonResponse } from "../json-response.ts";
import { HttpProblem } from "../problem.ts";
import { route, type Route } from "../route.ts";

interface Wish {
  /** A query is text. */
  readonly full: "true" | "false";
}

const textOf = ({ looks, recent }: Dashboard, { full }: Wish): Promise<string> =>
  full === "true" ? recent.of("full look", () => looks.fullText()) : looks.text();

/** As it is now, and what was: it may have ended. */
async function oneProcess(dashboard: Dashboard, id: string, wish: Wish) {
  const { at, limits, process: found, job } = shownIn(await textOf(dashboard, wish), id);
  const [pid = 0, startTicks = 0] = id.split("-").map(Number);
  // where ids hold no such ticks, who has ended is not found
  const startMs = found?.startTimeMs ?? Date.now() - uptime() * 1_000 + startTicks * MS_PER_TICK;
  const { recordsOf } = await import("../../history/store/read/of-process.ts");
  const reading = dashboard.history.read((database) => recordsOf(database, pid, startMs));
  // a history that is damaged hides nobody who lives
  const records = await (found === null ? reading : reading.catch(unreadable));
  const { verdicts = [], kills = [], exit = null } = records ?? {};
  if (found === null && exit === null && verdicts.length + kills.length === 0)
    throw new HttpProblem(
      404,
      `No process ${id} runs, and the history knows none. Look again: /api/processes`,
    );
  return {
    schemaVersion: 1,
    at,
    id,
    process: found,
    job,
    limits,
    memory: found === null ? [] : await dashboard.monitor.memoryOf({ pid, startTicks }),
    history: { verdicts, kills, exit },
  };
}

const unreadable = (error: unknown): null => {
  if (error instanceof HttpProblem) return null;
  throw error;
};

export const PROCESSES: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/processes",
    summary: "Every Bun process, its job, and how it stands to the limits: the document of `status --json`.",
    asks: "Report",
    answer: "Processes",
    handle: async ({ dashboard, asked }) => jsonResponse(await textOf(dashboard, asked)),
  }),
  route({
    method: "GET",
    path: "/api/processes/:id",
    summary: "One process as it is now, and what the history has about it: also when it has ended.",
    asks: "Report",
    answer: "Process",
    handle: async ({ dashboard, parameters: { id = "" }, asked }) => {
      const question = `process ${id} ${asked.full} ${await dashboard.history.state()}`;
      return jsonResponse(
        await dashboard.recent.of(question, async () =>
          JSON.stringify(await oneProcess(dashboard, id, asked)),
        ),
      );
    },
  }),
  route({
    method: "POST",
    path: "/api/processes/:id/stop",
    summary: "Stops one process with what hangs on it, as `stop` does.",
    changes: "makes a plan; with the id of that plan, it carries it out",
    asks: "Plan",
    answer: "Stop",
    handle: async ({ dashboard: { actions }, parameters: { id = "" }, asked, goesOn }) => {
      // a whole grace, perhaps
      goesOn();
      return (await actions()).stop(id, asked);
    },
  }),
  route({
    method: "POST",
    path: "/api/cleanup",
    summary: "Stops what is over a limit now, as `cleanup` does.",
    changes: "makes a plan; with the id of that plan, it carries it out",
    asks: "Plan",
    answer: "Cleanup",
    handle: async ({ dashboard: { actions }, asked, goesOn }) => {
      goesOn();
      return (await actions()).cleanup(asked);
    },
  }),
];
