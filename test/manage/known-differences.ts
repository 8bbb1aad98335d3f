/** Where bunctl is not as PM2, on purpose, and why. What the differential test finds and no row of this explains is a fault. */
import { NONE, type Difference } from "./differential.ts";

export interface KnownDifference {
  /** For the documents. */
  readonly what: string;
  readonly because: string;
  /** What it explains: a path as differential.ts makes it, without the name of the app. */
  readonly at: RegExp;
  /** Only of these files. */
  readonly files?: readonly string[];
  /** What stands there, if that matters. */
  readonly pm2?: RegExp;
  readonly bunctl?: RegExp;
}

const NOTHING = new RegExp(`^${NONE}$`, "u");

export const KNOWN: readonly KnownDifference[] = [
  {
    at: /^app\.env\.(?:_?[a-z][a-z\d_-]*|axm_\w+|windowsHide|PM2_\w+)$/u,
    bunctl: NOTHING,
    what: "PM2 puts its own settings into the app's environment.",
    because: "An app of bunctl finds the shell's variables, those of the config file, and its number.",
  },
  {
    at: /^app\.env\.(?:NODE_CHANNEL_\w+|NODE_UNIQUE_ID|SILENT)$/u,
    bunctl: NOTHING,
    what: "Every app of PM2 has a channel for messages, and in cluster mode PM2 loads Node's cluster module into it.",
    because:
      "Instances are processes of their own, and Bun shares a port by `reusePort`. A channel is opened for wait_ready and shutdown_with_message. What the file says of `exec_mode` is kept and shown.",
  },
  {
    at: /^app\.env\.BUN_WATCHDOG_(?:JOB|DEPTH)$/u,
    pm2: NOTHING,
    what: "An app of bunctl finds `BUN_WATCHDOG_JOB` and `BUN_WATCHDOG_DEPTH`.",
    because:
      "By them its processes are found again after the manager's death, whatever group or session they are in.",
  },
  {
    at: /^app\.pm_(?:out|err)_log_path$/u,
    pm2: /^\/home\/\.pm2\/logs\/[\w.-]+-(?:out|error)(?:-\d+)?\.log$/u,
    bunctl: /^\/apps\/logs\/[\w.-]+-(?:out|err)(?:-\d+)?\.log$/u,
    what: "Log files are `logs/<name>-out.log` and `logs/<name>-err.log` beside the config file; PM2's are in its own folder.",
    because: "They belong to the project. `out_file` and `error_file` name others.",
  },
  {
    at: /^app\.pm_pid_path$/u,
    pm2: /^\/home\/\.pm2\/pids\//u,
    bunctl: /^$/u,
    what: "A pid file is written only where `pid_file` names one.",
    because: "Nobody reads the others; `bunctl pid` prints pids.",
  },
  {
    at: /^app\.kill_timeout$|^field pm2_env\.kill_timeout$/u,
    pm2: NOTHING,
    bunctl: /^(?:10000|number)$/u,
    what: "An app has 10 s to end, and `kill_timeout` is always in the list; PM2 gives 1.6 s.",
    because: "Who has requests to answer needs longer, and who is quick is not slowed down.",
  },
  {
    at: /^app\.(?:watch|merge_logs)$|^field pm2_env\.(?:watch|merge_logs|args|exit_code|pm_config_path)$/u,
    pm2: NOTHING,
    what: "`watch`, `merge_logs`, `args`, `exit_code` and `pm_config_path` are always in the list; PM2 leaves them out where a file does not set them.",
    because: "A script that reads the list need not know the defaults.",
  },
  {
    at: /^app\.watch$|^field pm2_env\.watch$/u,
    pm2: /^[["]|^list$|^string$/u,
    bunctl: /^true$|^boolean$/u,
    what: "`watch` of the list is true or false; PM2 shows the folders of the file.",
    because: "`bunctl describe` has the folders.",
  },
  {
    at: /^field pm2_env\.(?:automation|autostart|kill_retry_time|node_version|pmx|unique_id|version|versioning|vizion|source_map_support)$/u,
    bunctl: NOTHING,
    what: "`automation`, `autostart`, `kill_retry_time`, `node_version`, `pmx`, `source_map_support`, `unique_id`, `version` and `vizion` are not in the list; `axm_monitor` and its kind are there and empty.",
    because:
      "They belong to PM2's agent, to Node, or to a reading of the repository, and bunctl has none of these.",
  },
  {
    at: /^field pm2_env\.(?:env_\w+|cwd|port|time|ignore_watch|watch_delay|min_uptime|max_restarts|restart_delay|exp_backoff_restart_delay|stop_exit_codes|shutdown_with_message|wait_ready|listen_timeout|log_date_format|append_env_to_name|out_file|error_file)$/u,
    bunctl: NOTHING,
    what: "Settings are not in the list as the file has them (`min_uptime`, `stop_exit_codes`, `env_production` …).",
    because:
      "`bunctl status --json` has what is in force: `min_uptime` in ms, with the default where the file has none.",
  },
  {
    at: /^app\.pm_exec_path$/u,
    pm2: /\/(?:bun|bash|folder)$/u,
    bunctl: /^\/apps\/[\w/.]+\.[jt]s$|\/bun$/u,
    what: "`pm_exec_path` is the script, also where the file names `bun` or a folder, and the program of a command; PM2 has `bash` there.",
    because: "People call an app by its file, and no shell stands between.",
  },
  {
    files: ["05-bun-run-start.config.cjs"],
    at: /^apps of the file as it is$/u,
    pm2: /^$/u,
    what: "PM2 refuses a file whose `stop_exit_codes` is a text.",
    because: "It means the same as a list.",
  },
  {
    files: ["06-esm.config.cjs"],
    at: /^apps of the file as it is$/u,
    pm2: /^$/u,
    what: "PM2 cannot read a file named `.cjs` that has `export default`.",
    because: "Bun reads both kinds of modules, whatever the ending.",
  },
  {
    files: ["13-generated.config.cjs"],
    at: /^apps of the file as it is$/u,
    pm2: /^$/u,
    what: "PM2 finds no app in a file that exports a function.",
    because: "What it gives is data like any other.",
  },
  {
    files: ["14-typed.config.ts"],
    at: /^apps of the file as it is$/u,
    pm2: /^14-typed\.config$/u,
    what: "PM2 starts a config file in TypeScript as a script.",
    because: "Bun reads it.",
  },
  {
    files: ["12-spread.config.js"],
    at: /^app\.(?:status|restart_time|env\.\w+)$|^restarts after one$|^exit of (?:start|restart of all)$/u,
    what: "An app with `wait_ready` that does not say so within `listen_timeout` has failed, and is started again; PM2 takes it for ready.",
    because: "A reload must not end the old instance for one that never gets ready.",
  },
  {
    files: ["17-www.config.js"],
    at: /^app\.restart_time$|^restarts after one$|^states after stop$|^field pm2_env\.prev_restart_delay$/u,
    bunctl: new RegExp(`^(?:[01]|stopped|${NONE})$`, "u"),
    what: "PM2 restarts a watched app again and again when its log files are in the watched folder.",
    because: "Log files of an app never count as its files.",
  },
];

/** The last row that explains it; null = nothing does. */
export const explained = ({ what, file, pm2, bunctl }: Difference): KnownDifference | null => {
  const path = what.replace(/^apps\..*?-\d+\.(?=[a-z])/u, "app.");
  return (
    KNOWN.findLast(
      (row) =>
        row.at.test(path) &&
        row.files?.includes(file) !== false &&
        row.pm2?.test(pm2) !== false &&
        row.bunctl?.test(bunctl) !== false,
    ) ?? null
  );
};
