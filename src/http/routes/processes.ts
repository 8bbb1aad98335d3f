/** Processes: all of them, and one. */
import { statusDocument } from "../../wire/documents/status.ts";
import { route, type Route } from "../route.ts";

export const PROCESSES: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/processes",
    summary: "Every Bun process, its job, and how it stands to the limits: the document of `status --json`.",
    asks: "Report",
    answer: "Processes",
    handle: async ({ dashboard: { monitor, loaded }, asked }) =>
      statusDocument(await monitor.report(asked.full === "true"), loaded, process.pid),
  }),
  route({
    method: "POST",
    path: "/api/processes/:id/stop",
    summary: "Stops one process with what hangs on it, as `stop` does.",
    changes: "makes a plan; with the id of that plan, it carries it out",
    asks: "Plan",
    answer: "Stop",
    handle: ({ dashboard: { actions }, parameters: { id = "" }, asked, goesOn }) => {
      // a whole grace, perhaps
      goesOn();
      return actions.stop(id, asked);
    },
  }),
  route({
    method: "POST",
    path: "/api/cleanup",
    summary: "Stops what is over a limit now, as `cleanup` does.",
    changes: "makes a plan; with the id of that plan, it carries it out",
    asks: "Plan",
    answer: "Cleanup",
    handle: ({ dashboard: { actions }, asked, goesOn }) => {
      goesOn();
      return actions.cleanup(asked);
    },
  }),
];
