/** Where bunctl is not as PM2, on purpose, and why. What the differential test finds and no row of this explains is a fault. */
import type { Difference } from "./differential.ts";

export interface KnownDifference {
  /** For the documents. */
  readonly what: string;
  readonly because: string;
  /** What it explains: a path as differential.ts makes it, without the name of the app. */
  readonly at?: RegExp;
  /** Only of these files. */
  readonly files?: readonly string[];
}

export const KNOWN: readonly KnownDifference[] = [
  {
    at: /^app\.env\.(?:_?[a-z][a-z\d_-]*|[\w.-]+-[\w.-]+|PM2_\w+|NODE_CHANNEL_\w+|NODE_UNIQUE_ID|SILENT|windowsHide|axm_\w+)$/u,
    what: "PM2 puts its own settings, a channel for messages and the name of the app into the app's environment.",
    because:
      "An app of bunctl finds the shell's variables, those of the config file, and its number. A channel is opened only for wait_ready and shutdown_with_message.",
  },
  {
    at: /^app\.env\.BUN_WATCHDOG_(?:JOB|DEPTH)$/u,
    what: "An app of bunctl finds `BUN_WATCHDOG_JOB` and `BUN_WATCHDOG_DEPTH`.",
    because:
      "By them its processes are found again after the manager's death, whatever group or session they are in.",
  },
  {
    at: /^app\.pm_(?:out|err)_log_path$/u,
    what: "Log files are `logs/<name>-out.log` and `logs/<name>-err.log` beside the config file; PM2's are in its own folder.",
    because: "They belong to the project. `out_file` and `error_file` name others.",
  },
  {
    at: /^app\.pm_pid_path$/u,
    what: "A pid file is written only where `pid_file` names one.",
    because: "Nobody reads the others; `bunctl pid` prints pids.",
  },
  {
    at: /^app\.kill_timeout$|^field pm2_env\.kill_timeout$/u,
    what: "An app has 10 s to end, and `kill_timeout` is always in the list; PM2 gives 1.6 s.",
    because: "Who has requests to answer needs longer, and who is quick is not slowed down.",
  },
  {
    at: /^app\.(?:watch|autorestart|merge_logs|namespace|instances|max_memory_restart|cron_restart)$|^field pm2_env\.(?:watch|autorestart|merge_logs|namespace|instances|args|exit_code|pm_config_path|pm_log_path|increment_var|cron_restart|username|km_link|vizion_running|treekill|max_memory_restart|unstable_restarts|created_at|node_args|exec_interpreter)$/u,
    what: "Fields that PM2 leaves out where a file does not set them are always there, and hold what is in force.",
    because: "A script that reads the list need not know the defaults.",
  },
  {
    at: /^field pm2_env\.(?:axm_\w+|pmx|automation|vizion|autostart|kill_retry_time|unique_id|node_version|version|versioning|filter_env|deep_monitoring|source_map_support|disable_source_map_support|wait_ready|listen_timeout|windows\w*|env_\w+|trace|instance_id|port|cwd|time|ignore_watch|watch_delay|min_uptime|max_restarts|restart_delay|exp_backoff_restart_delay|stop_exit_codes|shutdown_with_message|kill_signal|log_date_format|log_type|append_env_to_name|cron|out_file|error_file)$/u,
    what: "Fields of PM2's agent, of its settings and of other environments of the file (`pmx`, `vizion`, `env_production` …) are not in the list; `axm_monitor` and its kind are there and empty.",
    because: "There is no agent, and the settings are bunctl's own: `bunctl status --json` has all of them.",
  },
  {
    at: /^app\.pm_exec_path$/u,
    what: "`pm_exec_path` is the script, also where the file names `bun` as the program and the script as its argument.",
    because: "People call an app by its file.",
  },
  {
    at: /^app\.exec_mode$/u,
    what: "Instances are processes of their own; PM2 loads Node's cluster module.",
    because: "Bun shares a port by `reusePort`. What the file says of `exec_mode` is kept and shown.",
  },
  {
    files: ["05-bun-run-start.config.cjs"],
    at: /./u,
    what: "PM2 refuses a file whose `stop_exit_codes` is a text.",
    because: "It means the same as a list.",
  },
  {
    files: ["06-esm.config.cjs"],
    at: /./u,
    what: "PM2 cannot read a file named `.cjs` that has `export default`.",
    because: "Bun reads both kinds of modules, whatever the ending.",
  },
  {
    files: ["12-spread.config.js", "15-large.config.js"],
    at: /./u,
    what: "An app with `wait_ready` that does not say so within `listen_timeout` has failed, and is started again; PM2 takes it for ready.",
    because: "A reload must not end the old instance for one that never gets ready.",
  },
  {
    files: ["17-www.config.js"],
    at: /./u,
    what: "PM2 restarts a watched app again and again when its log files are in the watched folder.",
    because: "Log files of an app never count as its files.",
  },
  {
    files: ["13-generated.config.cjs"],
    at: /./u,
    what: "PM2 finds no app in a file that exports a function.",
    because: "What it gives is data like any other.",
  },
  {
    files: ["14-typed.config.ts"],
    at: /./u,
    what: "PM2 starts a config file in TypeScript as a script.",
    because: "Bun reads it.",
  },
];

/** With why it is so; null = nothing explains it. */
export const explained = ({ what, file }: Difference): KnownDifference | null => {
  const path = what.replace(/^apps\..*?-\d+\.(?=[a-z])/u, "app.");
  return (
    KNOWN.toReversed().find(({ at, files = [file] }) => at?.test(path) === true && files.includes(file)) ??
    null
  );
};
