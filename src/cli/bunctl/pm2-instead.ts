/** What PM2 has and bunctl has not, on the command line: what to do instead. Read only where a line is not understood. */
import { CommandError } from "../../text/errors.ts";

const NO_MODULES =
  "bunctl has no modules. Logs are rotated and kept without one: log_max_size and log_retain of the config file";
const NO_SERVICE =
  "bunctl reports to no service. Locally: bunctl status --watch, bunctl jlist, bunctl events --json";
const NO_SETTINGS =
  "bunctl keeps no settings: they are keys of the config file. See what it may hold: bunctl config check";
const NO_GIT = "bunctl does not touch the repository: git pull, then bunctl reload <app>";
const NO_INPUT =
  "apps of bunctl have no standard input: use a port, a socket or a signal (bunctl signal USR2 <app>)";
const NO_AGENT = "nothing is put into an app: bun --inspect and OpenTelemetry in the app do this";
const NO_WEB = "bunctl serves no files: a server is an app, bunctl start server.ts";

const COMMANDS: Readonly<Record<string, string>> = {
  attach: NO_INPUT,
  autoinstall: NO_MODULES,
  backward: NO_GIT,
  cleardump: "to keep an empty list: bunctl delete all, then bunctl save",
  conf: NO_SETTINGS,
  config: NO_SETTINGS,
  create: "bunctl has no examples to copy: bunctl init, in the folder of your app",
  deepUpdate: "npm install -g bun-watchdog@latest, then bunctl daemon upgrade",
  deploy: "bunctl deploys nothing. In the pipeline that brings the code: bunctl apply",
  examples: "see bunctl --help, and --help behind each command",
  expose: NO_WEB,
  forward: NO_GIT,
  get: NO_SETTINGS,
  inspect: NO_AGENT,
  install: NO_MODULES,
  "install-otel": NO_AGENT,
  link: NO_SERVICE,
  login: NO_SERVICE,
  logout: NO_SERVICE,
  logrotate: "logs are rotated without logrotate: log_max_size and log_retain of the config file",
  "module:generate": NO_MODULES,
  "module:install": NO_MODULES,
  "module:publish": NO_MODULES,
  "module:uninstall": NO_MODULES,
  "module:update": NO_MODULES,
  monitor: NO_SERVICE,
  multiset: NO_SETTINGS,
  open: NO_SERVICE,
  package: NO_MODULES,
  plus: NO_SERVICE,
  "profile:cpu": NO_AGENT,
  "profile:mem": NO_AGENT,
  publish: NO_MODULES,
  pull: NO_GIT,
  register: NO_SERVICE,
  report: "what a report of a fault needs: bunctl doctor, bunctl describe <app>, bunctl logs <app>",
  send: NO_INPUT,
  serve: NO_WEB,
  set: NO_SETTINGS,
  slist: "about the machine: bun-watchdog status",
  sysinfos: "about the machine: bun-watchdog status",
  trigger: "an app of bunctl has no actions: use a port, or a signal (bunctl signal USR2 <app>)",
  uninstall: NO_MODULES,
  "uninstall-otel": NO_AGENT,
  unlink: NO_SERVICE,
  unmonitor: NO_SERVICE,
  unset: NO_SETTINGS,
  web: "bunctl listens on no port: bunctl jlist prints what pm2 web served",
};

const UNIT =
  "the unit is of the account that calls it, or with --system of the machine: see bunctl startup --print";
const IMAGE = "bunctl makes no images: bunctl export compose, and CMD bunctl runtime in your Dockerfile";

const OPTIONS: Readonly<Record<string, string>> = {
  "--attach": "start it, then: bunctl logs --follow",
  "--container": IMAGE,
  "--deep-monitoring": NO_AGENT,
  "--dist": IMAGE,
  "--dockerdaemon": IMAGE,
  "--event-loop-inspector": NO_AGENT,
  "--ext": "name the folders that matter, --watch src, and those that do not, --ignore-watch",
  "--format": "for programs: --json",
  "--fresh": IMAGE,
  "--highlight": "bunctl logs | grep --color <text>",
  "--hp": UNIT,
  "--image-name": IMAGE,
  "--log-type": "log files hold what the app writes. For programs: bunctl logs --json",
  "--no-autostart": "an app that is not to run yet is started by its name when it is: bunctl start <app>",
  "--node-version": IMAGE,
  "--service-name": UNIT,
  "--timestamp": "logs --json has the time of each line; in the files: time, or log_date_format",
  "--trace": NO_AGENT,
  "--user": UNIT,
  "--v8": NO_AGENT,
  "--wait-ip": UNIT,
  "--write": "a config file is written by bunctl init",
  "-u": UNIT,
  "-w": "a config file is written by bunctl init; files are watched with --watch",
};

/** Every command of PM2 and every option that bunctl has not. */
export const PM2_INSTEAD = { commands: COMMANDS, options: OPTIONS };

const isPlatform = ([command, word = "-"]: readonly string[]): boolean =>
  (command === "startup" || command === "unstartup") && !word.startsWith("-");

/** @throws CommandError where PM2 has what bunctl has not */
export function refusePm2(words: readonly string[]): void {
  const [command = "", ...rest] = words;
  const isOwn = command === "config" && rest[0] === "check";
  if (Object.hasOwn(COMMANDS, command) && !isOwn) throw new CommandError(`${command}: ${COMMANDS[command]}`);
  if (isPlatform(words)) throw new CommandError(`${command} ${rest[0]}: bunctl writes units of systemd only`);
  const option = rest.map((word) => word.replace(/=.*$/u, "")).find((word) => Object.hasOwn(OPTIONS, word));
  if (option !== undefined) throw new CommandError(`${option}: ${OPTIONS[option]}`);
}
