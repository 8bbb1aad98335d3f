/** Every command of `bunctl`, in the order of the help, with the names that PM2 has for them. */
import { line, type Program } from "../declaring.ts";
import { APP_EXIT_CODES } from "./exit-codes.ts";

const restarting = () => import("./commands/restart.ts");
const steer = () => import("./commands/steer.ts");
const look = () => import("./commands/look.ts");
const keep = () => import("./commands/keep.ts");
const starting = () => import("./commands/start.ts");
const startup = () => import("./commands/startup.ts");
const daemon = () => import("./commands/daemon.ts");
const offers = () => import("./app-offers.ts");
const files = () => import("./commands/files.ts");

/** `behind`: what stood behind `--`; null = there was none. */
export const bunctlProgram = (behind: readonly string[] | null): Program => ({
  name: "bunctl",
  summary: "Starts apps, keeps them running, and keeps their limits.",
  examples: [
    ["init", "write a bunctl.json for this folder"],
    ["start", "start the apps of the nearest config file"],
    ["status", "a row for each instance"],
    ["logs --follow", "what they write, as it comes"],
  ],
  exitCodes: APP_EXIT_CODES,
  values: {
    app: async () => (await offers()).appOffers(),
    what: async () => (await offers()).startOffers(),
  },
  instead: { run: "start <file>", top: "status --watch", watch: "status --watch", validate: "config check" },
  commands: {
    init: line("write a bunctl.json, or an ecosystem.config.js", async () => (await files()).initCommand),
    start: line("start apps of a config file, or a file; behind --: its arguments", async () =>
      (await starting()).startCommand(behind),
    ),
    stop: line("stop apps; they stay in the list", async () => (await steer()).stopAppsCommand),
    restart: line("stop and start apps", async () => (await restarting()).restartCommand(behind)),
    reload: line("restart apps without a gap", async () => (await restarting()).reloadCommand(behind), [
      "gracefulReload",
    ]),
    delete: line("stop apps and forget them", async () => (await steer()).deleteCommand, [
      "del",
      "rm",
      "remove",
    ]),
    status: line("show apps: a row for each instance", async () => (await look()).listCommand, [
      "ls",
      "list",
      "ps",
      "l",
    ]),
    describe: line("show all about an app", async () => (await look()).describeCommand, [
      "show",
      "info",
      "desc",
    ]),
    logs: line(
      "print what apps have written",
      async () => (await import("./commands/logs.ts")).appLogsCommand,
      ["log"],
    ),
    flush: line("empty log files", async () => (await steer()).flushCommand),
    reloadLogs: line("put log files aside and begin new ones", async () => (await steer()).reloadLogsCommand),
    scale: line("change how many instances an app has", async () => (await steer()).scaleCommand),
    reset: line("count restarts from 0 again", async () => (await steer()).resetCommand),
    signal: line("send a signal to apps", async () => (await steer()).signalCommand, ["sendSignal"]),
    pid: line("print pids, a line each", async () => (await look()).pidCommand),
    id: line("print the ids of an app", async () => (await look()).idCommand),
    env: line("print the environment of an app", async () => (await look()).envCommand),
    events: line("print what happens, as it happens", async () => (await keep()).eventsCommand),
    apply: line(
      "make what runs equal to the config file",
      async () => (await import("./commands/apply.ts")).applyCommand,
    ),
    startOrRestart: line(
      "start apps of a config file, restart those that run",
      async () => (await starting()).startOrRestartCommand,
    ),
    startOrReload: line(
      "start apps of a config file, reload those that run",
      async () => (await starting()).startOrReloadCommand,
      ["startOrGracefulReload"],
    ),
    save: line("keep the list of apps, for resurrect", async () => (await keep()).saveCommand, ["dump"]),
    resurrect: line("start what save has kept", async () => (await keep()).resurrectCommand),
    startup: line(
      "start the manager with the machine (systemd)",
      async () => (await startup()).startupCommand,
    ),
    unstartup: line("take back what startup did", async () => (await startup()).unstartupCommand),
    runtime: line("run apps in the foreground, for containers", async () =>
      (await import("./commands/runtime.ts")).runtimeCommand(behind),
    ),
    export: line(
      "write the apps for systemd, Compose or Kubernetes",
      async () => (await files()).exportCommand,
    ),
    config: line("check a config file", async () => (await files()).appConfigCommand),
    jlist: line("print PM2's list as JSON", async () => (await look()).jlistCommand),
    prettylist: line("print PM2's list for people", async () => (await look()).prettylistCommand),
    kill: line("end every app and the manager", async () => (await keep()).killCommand),
    daemon: line("start, stop and upgrade the manager itself", async () => (await daemon()).daemonCommand, [
      "update",
    ]),
    doctor: line(
      "check which limits are kept here, and by whom",
      async () => (await import("./commands/doctor.ts")).appDoctorCommand,
    ),
    completion: line("print what a shell reads to complete bunctl", async () =>
      (await import("../completion/command.ts")).completionCommand("bunctl", ["bunctl"]),
    ),
    ping: line("say whether a manager runs", async () => (await look()).pingCommand),
  },
});
