/** `dashboard`: the page and the API, in the foreground until it is stopped. */
import type { Settings } from "../../config/schema/settings.ts";
import { configuration } from "../../host/configuration.ts";
import { runningDashboard } from "../../host/running-dashboard.ts";
import { runDashboard } from "../../http/run.ts";
import type { Place } from "../../http/serve.ts";
import { notIgnored } from "../../os/select-start.ts";
import { UsageError } from "../../text/errors.ts";
import type { Entry } from "../../wire/dashboard.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

interface DashboardFlags extends JsonFlags {
  readonly port?: number;
  readonly socket?: string;
  readonly withMonitor?: boolean;
}

async function dashboard(options: DashboardFlags): Promise<number> {
  if (options.port !== undefined && options.socket !== undefined)
    throw new UsageError("--port and --socket exclude each other. Choose one.");
  const isMeantHere = options.port !== undefined || options.socket !== undefined;
  const running = isMeantHere || options.withMonitor === true ? null : await runningDashboard();
  if (running !== null) {
    sayReady(options, running.pid, running);
    return 0;
  }
  const loaded = await configuration(options);
  const stop = new AbortController();
  for (const signal of notIgnored(["SIGTERM", "SIGINT", "SIGHUP"]))
    process.once(signal, () => stop.abort(signal));
  if (options.withMonitor === true) void untilInputEnds().then(() => stop.abort("its monitor has ended"));
  await runDashboard(loaded, {
    place: placeOf(options, loaded.settings.dashboard),
    stop,
    onReady: (entry) => sayReady(options, process.pid, entry),
    onTrouble: (what) => console.error(`warning: ${what}`),
  });
  return 0;
}

function sayReady(
  { json, withMonitor }: DashboardFlags,
  pid: number,
  { address, entry, tokenFile }: Entry,
): void {
  if (json === true) console.log(JSON.stringify({ schemaVersion: 1, pid, address, tokenFile }));
  else if (withMonitor !== true) {
    const how = pid === process.pid ? "Ctrl-C ends it." : `The process ${pid} serves it.`;
    console.log(`The page: ${entry ?? address}\nIts token is kept in ${tokenFile}. ${how}`);
  }
}

async function untilInputEnds(): Promise<void> {
  for await (const _ of Bun.stdin.stream());
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
    ["--socket <file>", "listen on a unix socket instead"],
    ["--with-monitor", "end when standard input ends: a monitor starts it like that"],
    JSON_OPTION,
  ],
  examples: [
    ["dashboard", "prints the address of the page"],
    ["dashboard --port 9000", "at another port"],
  ],
  exitCodes: [
    ["0", "it was stopped, or another server was named"],
    ["1", "it cannot be served"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: dashboard,
};
