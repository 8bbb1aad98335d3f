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
];
