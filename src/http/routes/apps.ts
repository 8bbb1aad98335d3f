/** The apps of bunctl: how they stand, what is done with them, and what they write. */
import { HttpProblem } from "../problem.ts";
import { route, type Route } from "../route.ts";
import type { AskOfApp } from "../source/apps.ts";

const restart =
  (how: "restart" | "reload"): AskOfApp =>
  (manager, selection) =>
    manager.restart(selection, { how, parallel: false, shellEnv: null });

const ACTIONS: Readonly<Record<string, readonly [summary: string, changes: string, act: AskOfApp]>> = {
  start: [
    "Starts an app that is known and does not run.",
    "starts programs",
    (manager, selection) => manager.startAgain(selection, { ifRunning: "keep", updateEnv: false }),
  ],
  stop: ["Stops an app.", "ends its processes", (manager, selection) => manager.stopApps(selection)],
  restart: ["Starts an app anew.", "ends its processes and starts new ones", restart("restart")],
  reload: [
    "Starts an app anew without a gap.",
    "replaces its processes one after the other",
    restart("reload"),
  ],
};

export const APPS: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/apps",
    summary: "The apps that the manager of bunctl knows: the document of `bunctl status --json`.",
    answer: "Apps",
    handle: ({ dashboard: { apps } }) => apps.document(),
  }),
  ...Object.entries(ACTIONS).map(([action, [summary, changes, act]]) =>
    route({
      method: "POST",
      path: `/api/apps/:name/${action}`,
      summary: `${summary} What could not be done is in \`failures\`.`,
      changes,
      asks: "OfFolder",
      answer: "ManagerReply",
      handle: async ({ dashboard: { apps }, parameters: { name = "" }, asked, goesOn }) => {
        // its process has its time to end, and the next one to become ready
        goesOn();
        return { schemaVersion: 1, ...(await apps.act(name, asked.directory, act)) };
      },
    }),
  ),
  route({
    method: "GET",
    path: "/api/apps/:name/logs",
    summary:
      "What an app writes, as server-sent events (`line`): the last lines, then those that come. Secrets are masked.",
    asks: "LogTail",
    answer: "AppLog",
    handle: async ({ dashboard: { apps, tails }, parameters: { name = "" }, asked, request }) => {
      const { directory, lines, stream, follow } = asked;
      const app = await apps.found(name, directory);
      if (app.instances.length === 0)
        throw new HttpProblem(404, "This app has no instance, so it has no log.");
      const wish = { lines: Number(lines), stream, follow: follow === "true" };
      return (await tails()).tail(app, wish, request.signal);
    },
  }),
];
