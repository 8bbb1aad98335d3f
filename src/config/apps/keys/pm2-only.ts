/**
 * PM2 has these keys and bunctl does not; each entry says what to do instead. The docs' table is made from
 * this, too.
 */
import { camel } from "../kind.ts";

interface Pm2Only {
  readonly does: string;
  readonly instead: string;
}

const NOT_NEEDED = "nothing: leave the key out";

export const PM2_ONLY: Readonly<Record<string, Pm2Only>> = {
  name_prefix: { does: "Puts a text before the name.", instead: "write the whole name, or use namespace" },
  install_url: {
    does: "Belongs to PM2's modules.",
    instead: "bunctl has no modules; run the program as an app",
  },
  execute_command: {
    does: "Runs the script without an interpreter.",
    instead: 'use command, or interpreter: "none"',
  },
  force: { does: "Starts a script twice.", instead: "use instances, or a second app with another name" },
  autostart: {
    does: "false: the app is known and not started.",
    instead: "start the others by name: bunctl start <name>",
  },
  log_type: {
    does: "Writes log lines as JSON.",
    instead: "log files hold what the app writes; read them with bunctl logs --json",
  },
  watch_options: {
    does: "Options of chokidar.",
    instead: "use ignore_watch and watch_delay; changes are told by the kernel, nothing polls",
  },
  kill_retry_time: {
    does: "How often PM2 looks whether a process is gone.",
    instead: `${NOT_NEEDED}; the kernel tells bunctl`,
  },
  post_update: {
    does: "Commands after a pull.",
    instead: "run them in your deployment, then bunctl reload <name>",
  },
  username: {
    does: "The account that started it, as PM2 notes it.",
    instead: "use uid to run as another account",
  },
  source_map_support: {
    does: "Injects source-map-support.",
    instead: `${NOT_NEEDED}; Bun maps stack traces by itself`,
  },
  disable_source_map_support: {
    does: "Does not inject source-map-support.",
    instead: `${NOT_NEEDED}; nothing is injected`,
  },
  vizion: { does: "Reads the state of the repository.", instead: `${NOT_NEEDED}; bunctl does not read it` },
  pmx: { does: "Injects PM2's agent.", instead: `${NOT_NEEDED}; nothing is injected` },
  automation: { does: "Injects PM2's agent.", instead: `${NOT_NEEDED}; nothing is injected` },
  trace: { does: "Traces transactions for PM2 Plus.", instead: "use OpenTelemetry in the app" },
  disable_trace: { does: "Does not trace.", instead: `${NOT_NEEDED}; nothing is traced` },
  deep_monitoring: { does: "Metrics for PM2 Plus.", instead: "use OpenTelemetry in the app" },
  event_loop_inspector: { does: "Metrics for PM2 Plus.", instead: "use OpenTelemetry in the app" },
  v8: { does: "Metrics for PM2 Plus.", instead: "use OpenTelemetry in the app" },
  io: { does: "Settings of PM2 Plus.", instead: "use OpenTelemetry in the app" },
  windowsHide: { does: "Hides a window on Windows.", instead: NOT_NEEDED },
  write: { does: "Writes a JSON file of the options.", instead: "use bunctl init" },
  instance_id: {
    does: "The number of an instance.",
    instead: "read the variable NODE_APP_INSTANCE, or name another with instance_var",
  },
  pm2: { does: "Settings of a PM2 program.", instead: NOT_NEEDED },
  static: {
    does: "Serves the files of folders.",
    instead: "start a server as an app: bunctl start server.ts",
  },
  deploy: {
    does: "Hosts that PM2 deploys to.",
    instead: "bunctl does not deploy: keep pm2 deploy, or let your CI do it and call bunctl apply",
  },
};

const byName: ReadonlyMap<string, string> = new Map(
  Object.keys(PM2_ONLY).flatMap((name) => [
    [name, name],
    [camel(name), name],
  ]),
);

export const pm2Only = (spelling: string): Pm2Only | null => PM2_ONLY[byName.get(spelling) ?? ""] ?? null;
