/** The server itself: whether it answers, what it may be asked, and what happens. */
import pkg from "../../../package.json" with { type: "json" };
import { packageFile } from "../../trust/package-file.ts";
import { HttpProblem } from "../problem.ts";
import { route, type Route } from "../route.ts";
import { answering } from "../source/monitor.ts";

export const SYSTEM: readonly Route[] = [
  route({
    method: "GET",
    path: "/health",
    summary: "Whether this server answers, and whether a monitor watches.",
    secret: "nobody",
    answer: "Health",
    handle: async ({ dashboard }) => {
      const monitor = await dashboard.monitor.recentState();
      const about = answering(monitor)?.about ?? null;
      return {
        status: monitor === null ? "no-monitor" : monitor === "silent" ? "silent-monitor" : "ok",
        version: pkg.version,
        pid: process.pid,
        uptimeMs: Date.now() - dashboard.sinceMs,
        monitor: about && { pid: about.pid, mode: about.mode, scope: about.scope, sinceMs: about.sinceMs },
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/openapi.json",
    summary: "This document.",
    secret: "nobody",
    answer: "OpenApi",
    handle: () =>
      new Response(Bun.file(packageFile("config/openapi.json")), {
        headers: { "content-type": "application/json", "cache-control": "no-cache" },
      }),
  }),
  route({
    method: "GET",
    path: "/api/events",
    summary:
      "What happens, as server-sent events: at first the whole, then each change. Resumed with Last-Event-ID.",
    answer: "Events",
    handle: ({ dashboard: { live }, request }) => {
      if (live.isFull)
        throw new HttpProblem(503, "Too many follow already. Close a page, then try again.", {
          "retry-after": "5",
        });
      return live.follow(request.headers.get("last-event-id"), request.signal);
    },
  }),
];
