/** Options of an app on the command line, with PM2's spellings, and the key of a config file that each stands for. */
import type { DeclaredOption } from "../declaring.ts";
import { listOption } from "../values.ts";

/** The options by the key that they set. */
const KEYED: Readonly<Record<string, DeclaredOption>> = {
  name: ["-n, --name <name>", "the app's name; else its file's"],
  namespace: ["-N, --namespace <name>", "apps of a namespace are selected by it"],
  script: ["--script <file>", "what is run"],
  instances: ["-i, --instances <count>", "instances that share their port (reusePort); max = one per core"],
  max_memory: ["--max-memory <size>", "of each instance with all that it starts: 512M, or bytes"],
  max_memory_restart: ["--max-memory-restart <size>", "PM2's name for it"],
  max_cpu_percent: ["--max-cpu <percent>", "of each instance; 100 = one core"],
  interpreter: ["--interpreter <program>", "none = the file is run as it is"],
  interpreter_args: ["--interpreter-args <arguments>", "before the script"],
  node_args: ["--node-args <arguments>", "PM2's name for it"],
  filter_env: [
    "--filter-env <names>",
    "leave out variables of the shell whose names contain one of these",
    listOption,
  ],
  cwd: ["--cwd <folder>", "where it runs"],
  watch: ["--watch [paths]", "restart it when its files change"],
  ignore_watch: ["--ignore-watch <paths>", "which of them do not matter", listOption],
  watch_delay: ["--watch-delay <duration>", "wait for further changes that long"],
  autorestart: ["--no-autorestart", "leave it stopped when it ends"],
  restart_policy: ["--restart <when>", "what to do when it ends", ["always", "on-failure", "no"]],
  max_restarts: ["--max-restarts <count>", "restarts in a row before the slow retry"],
  min_uptime: ["--min-uptime <duration>", "who ran that long was up"],
  restart_delay: ["--restart-delay <duration>", "a fixed wait before each restart"],
  exp_backoff_restart_delay: ["--exp-backoff-restart-delay <duration>", "the first wait of a growing one"],
  stop_exit_codes: ["--stop-exit-codes <codes>", "after these it stays stopped", listOption],
  cron_restart: ["-c, --cron <expression>", "restart it then"],
  wait_ready: ["--wait-ready", 'it is ready when it says process.send("ready")'],
  listen_timeout: ["--listen-timeout <duration>", "how long it may take until it is ready"],
  kill_timeout: ["-k, --kill-timeout <duration>", "from the signal to SIGKILL"],
  kill_signal: ["--kill-signal <signal>", "how it is told to stop"],
  shutdown_with_message: ["--shutdown-with-message", 'it is told by the message "shutdown"'],
  out_file: ["-o, --output <file>", "its standard output"],
  error_file: ["-e, --error <file>", "its standard error"],
  log_file: ["-l, --log <file>", "both"],
  disable_logs: ["--disable-logs", "no log files"],
  merge_logs: ["--merge-logs", "instances share their files"],
  log_date_format: ["--log-date-format <format>", "a time before each line: YYYY-MM-DD HH:mm:ss"],
  time: ["--time", "the same with a format of its own"],
  pid_file: ["-p, --pid <file>", "where its pid is written"],
  treekill: ["--no-treekill", "what its main process leaves behind stays"],
  uid: ["--uid <account>", "as whom it runs (root)"],
  gid: ["--gid <group>", "with which group (root)"],
};

export const APP_OPTIONS: readonly DeclaredOption[] = Object.values(KEYED);

/** The options that concern a config file. */
export const FILE_OPTIONS: readonly DeclaredOption[] = [
  ["--config <file>", "this config file, instead of the nearest one"],
  ["--only <names>", "only these apps of the file", listOption],
  ["--env <name>", "with what env_<name> of the file adds"],
  ["--update-env", "with the environment of this shell"],
];

/** Returns the given options by the keys of a config file. */
export function keysOfFlags(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(KEYED).flatMap(([key, [spelling]]) => {
    const value = valueOf(flags[attributeOf(spelling)], spelling);
    // a --no-… option that nobody wrote is true
    return value === undefined || (spelling.startsWith("--no-") && value === true)
      ? []
      : [[key, value] as const];
  });
  return Object.fromEntries(given);
}

export const hasAppFlags = (
  flags: Readonly<Record<string, unknown>>,
  args: readonly string[] | null,
): boolean => args !== null || Object.keys(keysOfFlags(flags)).length > 0;

/** `--watch=false`: what may have a value may be switched off by it. */
const valueOf = (value: unknown, spelling: string): unknown =>
  spelling.endsWith("]") && (value === "false" || value === "true") ? value === "true" : value;

/**
 * The name that commander gives an option: `-i, --max-memory <size>` is maxMemory, `--no-autorestart` is
 * autorestart.
 */
const attributeOf = (spelling: string): string =>
  (/--(?:no-)?([a-z-]+)/u.exec(spelling)?.[1] ?? "").replace(/-([a-z])/gu, (_, letter: string) =>
    letter.toUpperCase(),
  );
