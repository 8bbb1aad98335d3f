/** `dashboard`: the page and the API, in the foreground until it is stopped. */
import type { Settings } from "../../config/schema/settings.ts";
import { configuration } from "../../host/configuration.ts";
import { runDashboard } from "../../http/run.ts";
import type { Place } from "../../http/serve.ts";
import { notIgnored } from "../../os/select-start.ts";
import { UsageError } from "../../text/errors.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

interface DashboardFlags extends JsonFlags {
  readonly port?: number;
  readonly socket?: string;
  readonly newToken?: boolean;
}

async function dashboard(options: DashboardFlags): Promise<number> {
  if (options.port !== undefined && options.socket !== undefined)
    throw new UsageError("--port and --socket exclude each other. Choose one.");
  const loaded = await configuration(options);
  const place = placeOf(options, loaded.settings.dashboard);
  const stop = new AbortController();
  for (const signal of notIgnored(["SIGTERM", "SIGINT", "SIGHUP"]))
    process.once(signal, () => stop.abort(signal));
  await runDashboard(loaded, {
    place,
    stop,
    renewToken: options.newToken === true,
    onReady: ({ address, entry, tokenFile }) => {
      if (options.json === true)
        console.log(JSON.stringify({ schemaVersion: 1, pid: process.pid, address, tokenFile }));
      else console.log(`The page: ${entry ?? address}\nIts token is kept in ${tokenFile}. Ctrl-C ends it.`);
    },
    onTrouble: (what) => console.error(`warning: ${what}`),
  });
  return 0;
}

/** What the command line says goes before what the file says. */
function placeOf(options: DashboardFlags, settings: Settings["dashboard"]): Place {
  const socket = options.socket ?? (options.port === undefined ? settings.socket : null);
  return socket === null ? { port: options.port ?? settings.port } : { socket };
}

const MOST_PORT = 65_535;

function portOf(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > MOST_PORT)
    throw new UsageError(`A port is a whole number from 0 (any that is free) to ${MOST_PORT}.`);
  return value;
}

export const dashboardCommand: Declaration = {
  options: [
    ...CONFIG_OPTIONS,
    ["--port <port>", "listen on this port of 127.0.0.1; 0 = any that is free", portOf],
    ["--socket <path>", "listen on a unix socket instead"],
    ["--new-token", "make a new token; pages that are open have to be opened anew"],
    JSON_OPTION,
  ],
  examples: [
    ["dashboard", "prints the address of the page"],
    ["dashboard --port 9000", "at another port"],
  ],
  run: dashboard,
};
