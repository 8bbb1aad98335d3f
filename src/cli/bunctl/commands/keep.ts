/** The list of apps as a whole: kept, brought back, followed, ended. */
import type { AppEvent } from "../../../wire/manager.ts";
import { formatTime } from "../../../text/duration.ts";
import { printable } from "../../../text/mask.ts";
import { dim, plural } from "../../../text/style.ts";
import { writeOut } from "../../printing.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { managerOfApps, requireManager, startManager } from "../manager.ts";
import { printReply, type ReplyOptions } from "../replies.ts";

export const saveCommand: Declaration = {
  examples: [["save", "resurrect brings this list back"]],
  run: async () => {
    const { path, apps } = await (await requireManager()).save();
    console.log(`${plural(apps, "app")} kept in ${path}`);
    return 0;
  },
};

export const resurrectCommand: Declaration = {
  options: [JSON_OPTION],
  examples: [["resurrect", "starts what `save` has kept, and does not run"]],
  run: async (options: ReplyOptions) => printReply(await (await startManager()).resurrect(), options),
};

export const killCommand: Declaration = {
  options: [JSON_OPTION],
  examples: [["kill", "ends every app, then the manager"]],
  run: async (options: ReplyOptions) => {
    const manager = await managerOfApps();
    const isForPeople = options.json !== true;
    if (manager === null && isForPeople)
      console.log("No manager runs, and there is no app: there is nothing to end.");
    const reply = (await manager?.kill()) ?? { apps: [], failures: [] };
    const exitCode = printReply(reply, options);
    if (manager !== null && isForPeople && exitCode === 0) {
      const who = reply.strays === undefined ? "Every app has ended" : "What is known of the apps has ended";
      console.log(`${who}, and then the manager (pid ${manager.about.pid}).`);
    }
    return exitCode;
  },
};

interface EventsOptions extends ReplyOptions {
  readonly follow?: boolean;
}

const eventLine = ({ atMs, app, instance, words }: AppEvent): string =>
  `${dim(formatTime(atMs))} ${printable(app.name)} ${instance} ${printable(words)}`;

/** Ends with the manager, with its reader, and at Ctrl-C. */
export const eventsCommand: Declaration = {
  options: [["-f, --follow", "waits for the next ones (the default)"], JSON_OPTION],
  examples: [["events --follow --json", "one JSON object per line"]],
  run: async ({ json = false }: EventsOptions) => {
    const manager = await requireManager();
    const end = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end.abort());
    for await (const { changes, missed } of manager.events(end.signal)) {
      const lines = changes.map((change) => (json ? JSON.stringify(change) : eventLine(change)));
      if (missed > 0) lines.unshift(json ? JSON.stringify({ missed }) : `${missed} events were missed`);
      if (lines.length > 0 && !writeOut(`${lines.join("\n")}\n`)) return 0;
    }
    return 0;
  },
};
