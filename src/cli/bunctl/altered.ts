/** An app that is known, with other options: `restart api --max-memory 1G`. */
import type { AppSpec } from "../../core/app/app-spec.ts";
import { UsageError } from "../../text/errors.ts";
import { keysOfFlags } from "./app-options.ts";
import type { DeclaringFlags } from "./app-files.ts";
import { appOfScript } from "./declared-apps.ts";

type Alter = (spec: AppSpec, given: AppSpec) => AppSpec;

const whole =
  (key: keyof AppSpec): Alter =>
  (spec, given) => ({ ...spec, [key]: given[key] });
const limit =
  (key: keyof AppSpec["limits"]): Alter =>
  (spec, given) => ({ ...spec, limits: { ...spec.limits, [key]: given.limits[key] } });
const restart =
  (key: keyof AppSpec["restart"]): Alter =>
  (spec, given) => ({ ...spec, restart: { ...spec.restart, [key]: given.restart[key] } });
const stop =
  (key: keyof AppSpec["stop"]): Alter =>
  (spec, given) => ({ ...spec, stop: { ...spec.stop, [key]: given.stop[key] } });
const logs =
  (key: keyof AppSpec["logs"]): Alter =>
  (spec, given) => ({ ...spec, logs: { ...spec.logs, [key]: given.logs[key] } });

/** What stands between the interpreter and the script; PM2 takes it away with "null". */
const interpreterArgs: Alter = (spec, given) => {
  const { script, argv } = spec;
  const [program = ""] = argv;
  if (script === null) throw new UsageError(`${spec.name} has no interpreter: it is a command of its own`);
  const flags = given.argv.slice(1, given.argv.indexOf(script)).filter((word) => word !== "null");
  return { ...spec, argv: [program, ...flags, ...argv.slice(argv.indexOf(script))] };
};

/**
 * The change that an option makes, by its key in a config file. What an app is and what it runs cannot be
 * changed here.
 */
const ALTERS: Readonly<Record<string, Alter>> = {
  namespace: whole("namespace"),
  instances: whole("instances"),
  max_memory: limit("memoryBytes"),
  max_memory_restart: limit("memoryBytes"),
  max_cpu_percent: limit("cpuPercent"),
  interpreter_args: interpreterArgs,
  node_args: interpreterArgs,
  watch: whole("watch"),
  ignore_watch: whole("watch"),
  watch_delay: whole("watch"),
  autorestart: restart("when"),
  restart_policy: restart("when"),
  max_restarts: restart("budget"),
  min_uptime: restart("minUptimeMs"),
  restart_delay: restart("fixedDelayMs"),
  exp_backoff_restart_delay: restart("backoff"),
  stop_exit_codes: restart("stopExitCodes"),
  cron_restart: whole("cron"),
  wait_ready: whole("readiness"),
  listen_timeout: whole("readiness"),
  kill_timeout: stop("graceMs"),
  kill_signal: stop("signal"),
  shutdown_with_message: stop("byMessage"),
  treekill: stop("tree"),
  out_file: logs("out"),
  error_file: logs("err"),
  log_file: logs("combined"),
  merge_logs: logs("merge"),
  log_date_format: logs("dateFormat"),
  time: logs("dateFormat"),
  pid_file: whole("pidFile"),
};

/** @throws UsageError, ConfigError */
export function altered(
  spec: AppSpec,
  flags: DeclaringFlags,
  args: readonly string[] | null = null,
): AppSpec {
  const keys = Object.keys(keysOfFlags(flags));
  const fixed = keys.filter((key) => ALTERS[key] === undefined);
  if (fixed.length > 0)
    throw new UsageError(
      `${fixed.join(", ")} of ${spec.name} cannot change while it is known: bunctl delete ${spec.name}, then start it anew`,
    );
  // the program is looked at for its flags alone: else any that exists will do
  const [program] = spec.argv;
  const [given] =
    spec.script !== null && keys.some((key) => ALTERS[key] === interpreterArgs)
      ? appOfScript(spec.script, { ...flags, interpreter: program }, null).apps
      : appOfScript(process.execPath, flags, null).apps;
  if (given === undefined) return spec;
  const changed = keys.reduce((made, key) => ALTERS[key]?.(made, given) ?? made, spec);
  const own = spec.script === null ? 1 : spec.argv.indexOf(spec.script) + 1;
  return args === null ? changed : { ...changed, argv: [...spec.argv.slice(0, own), ...args] };
}
