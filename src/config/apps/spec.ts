/**
 * Makes, from what a file declares, the app as it is run: with defaults, with absolute paths, and with what
 * one key means for another.
 */
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type {
  AppLimits,
  AppSpec,
  Readiness,
  RestartPolicy,
  StopPolicy,
  WatchPolicy,
  FileReading,
} from "../../core/app/app-spec.ts";
import { keptOfShell } from "../../core/app/shell-filter.ts";
import type { DeclaredApp } from "./declare.ts";
import { contradictions, declaredDoubts, keyPath } from "./doubts.ts";
import type { AppPlace, Findings } from "./findings.ts";
import type { Declared } from "./keys/all.ts";
import { logPolicy, none } from "./log-policy.ts";
import { isTrouble, type AppProgram, programOf } from "./program.ts";
import { runAsOf } from "./run-as.ts";
import { composeVariables, shellFilterOf, shellVariables } from "./variables.ts";
import { inHome } from "./which.ts";

export interface SpecContext {
  /**
   * The directory of the config file, with links resolved. If there is no config file, it is the directory
   * where the app was started.
   */
  readonly directory: string;
  /** The config file; null = there is none. */
  readonly source: string | null;
  readonly reading: FileReading | null;
  readonly shellEnv: Readonly<Record<string, string | undefined>>;
  /** The value of `--env`. */
  readonly environment: string | null;
  readonly uid: number | null;
}

/** null: it cannot be run as it is declared, and the findings say why. */
export function specOf(
  app: DeclaredApp,
  context: SpecContext,
  place: AppPlace,
  findings: Findings,
): AppSpec | null {
  const { declared } = app;
  const { directory } = context;
  const cwd = declared.cwd === undefined ? directory : inHome(declared.cwd, directory);
  const variables = composeVariables(app, context.environment, directory);
  declaredDoubts(app, { cwd, variables, environment: context.environment }, place, findings);
  const shellFilter = shellFilterOf(declared.filter_env, variables.unset);
  const shellEnv = keptOfShell(shellVariables(context.shellEnv), shellFilter);
  const path = variables.env["PATH"] ?? context.shellEnv["PATH"] ?? "";
  const program = programOf(declared, { cwd, path });
  if (isTrouble(program)) {
    const isMissing = program.message.startsWith("is missing");
    findings.error(place, isMissing ? app.path : keyPath(app, program.key), {
      code: isMissing ? "missing-key" : "no-program",
      message: program.message,
      allowed: program.next,
    });
    return null;
  }
  for (const { key, message, next } of program.warnings)
    findings.warn(place, keyPath(app, key), { code: "passed-over", message, allowed: next });
  contradictions(app, program, place, findings);
  const runAs = runAsOf(declared, context.uid);
  if ("why" in runAs) {
    findings.error(place, keyPath(app, runAs.key), {
      code: "bad-value",
      message: runAs.why,
      allowed: runAs.next,
    });
    return null;
  }
  const name = nameOf(declared, program, context.environment);
  const instances = instanceCount(declared.instances);
  const logs = logPolicy(declared, { name, directory, cwd, instances });
  const pidFile = none(declared.pid_file) ? null : inHome(declared.pid_file ?? "", cwd);
  return {
    directory,
    name,
    source: context.source,
    ...(context.reading !== null && { reading: context.reading }),
    namespace: declared.namespace ?? "default",
    argv: program.argv,
    script: program.script,
    cwd,
    env: { ...runAs.env, ...variables.env },
    shellEnv,
    shellFilter,
    instances,
    // PM2, too, has no cluster of another program
    execMode:
      program.runtime === "other"
        ? "fork"
        : (declared.exec_mode ?? (declared.instances === undefined ? "fork" : "cluster")),
    instanceVariable: declared.instance_var ?? "NODE_APP_INSTANCE",
    incrementVariable: declared.increment_var ?? null,
    restart: restartOf(declared),
    limits: limitsOf(declared),
    stop: stopOf(declared),
    readiness: readinessOf(declared),
    dependsOn: declared.depends_on ?? [],
    watch: watchOf(declared, cwd, [logs.out, logs.err, logs.combined, pidFile]),
    cron:
      declared.cron_restart === undefined || declared.cron_restart === false ? null : declared.cron_restart,
    logs,
    pidFile,
    identity: runAs.identity,
  };
}

/** The name is made as PM2 makes it: from what is run, without folder and ending. */
function nameOf(declared: Declared, program: AppProgram, environment: string | null): string {
  const { script, command, name } = declared;
  const run =
    script === undefined ? (command ?? "") : /^[./]*$/u.test(script) ? (program.script ?? script) : script;
  const base = basename(run.trim());
  const dot = base.lastIndexOf(".");
  const own = name ?? (dot > 0 ? base.slice(0, dot) : base);
  return declared.append_env_to_name === true && environment !== null ? `${own}-${environment}` : own;
}

function instanceCount(declared: Declared["instances"] = 1): number {
  const cores = availableParallelism();
  if (declared === "max") return cores;
  return declared > 0 ? declared : Math.max(1, cores + declared);
}

const FIRST_MS = 100;
const LONGEST_WAIT_MS = 15_000;
const MIN_UPTIME_MS = 10_000;
const BUDGET = 16;

function restartOf(declared: Declared): RestartPolicy {
  const { restart_policy, autorestart, backoff, exp_backoff_restart_delay: exponential = 0 } = declared;
  const firstMs = backoff?.first ?? (exponential > 0 ? exponential : FIRST_MS);
  return {
    when: restart_policy ?? (autorestart === false ? "no" : "always"),
    stopExitCodes: declared.stop_exit_codes ?? [],
    minUptimeMs: declared.min_uptime ?? MIN_UPTIME_MS,
    budget: declared.max_restarts ?? BUDGET,
    fixedDelayMs:
      declared.restart_delay === undefined || declared.restart_delay === 0 ? null : declared.restart_delay,
    backoff: { firstMs, capMs: Math.max(firstMs, backoff?.max ?? LONGEST_WAIT_MS) },
  };
}

const limitsOf = ({ max_memory, max_cpu_percent, max_threads, limits }: Declared): AppLimits => ({
  memoryBytes: max_memory ?? limits?.memory ?? null,
  cpuPercent: max_cpu_percent ?? limits?.cpu_percent ?? null,
  threads: max_threads ?? limits?.threads ?? null,
});

const GRACE_MS = 10_000;

const stopOf = (declared: Declared): StopPolicy => ({
  signal: declared.kill_signal ?? "SIGTERM",
  graceMs: declared.kill_timeout ?? GRACE_MS,
  byMessage: declared.shutdown_with_message ?? false,
  tree: declared.treekill ?? true,
});

const READY_MS = 30_000;

function readinessOf({ ready, wait_ready, listen_timeout }: Declared): Readiness {
  const said =
    typeof ready === "object"
      ? ready
      : ready === "message"
        ? { message: true }
        : typeof ready === "number"
          ? { port: ready }
          : {};
  const withinMs = said.timeout ?? listen_timeout ?? READY_MS;
  if (said.http !== undefined) return { by: "http", url: said.http, withinMs };
  if (said.log !== undefined) return { by: "log", pattern: said.log, withinMs };
  if (said.port !== undefined)
    return { by: "port", port: said.port, host: said.host ?? "localhost", withinMs };
  return said.message === true || (ready === undefined && wait_ready === true)
    ? { by: "message", withinMs }
    : { by: "start" };
}

/** If the file says nothing, hidden files and node_modules are ignored, as in PM2. */
const IGNORED = [".*", "node_modules"];
const WATCH_DELAY_MS = 200;

function watchOf(declared: Declared, cwd: string, ours: readonly (string | null)[]): WatchPolicy | null {
  const { watch = false, ignore_watch = IGNORED, watch_delay = WATCH_DELAY_MS } = declared;
  if (watch === false) return null;
  const paths = watch === true || watch.length === 0 ? [cwd] : watch.map((path) => inHome(path, cwd));
  const written = ours.flatMap((path) => (path === null ? [] : [path]));
  return { paths, ignore: [...new Set([...ignore_watch, ...written])], delayMs: watch_delay };
}
