/** `jlist` and `prettylist`: PM2's names for what scripts and monitoring read. */
import { PM2_STATUS } from "../../core/app/app-state.ts";
import { instanceEnvironment } from "../../core/app/instance-environment.ts";
import type { AppDocument, AppsDocument, InstanceDocument } from "../../wire/manager.ts";
import { instanceRows } from "./table.ts";

/** One object for each instance, by id. Memory in bytes, moments in Unix epoch ms, as PM2 has them. */
export const pm2List = ({ apps }: Pick<AppsDocument, "apps">) =>
  instanceRows(apps).map(({ app, instance }) => pm2Process(app, instance));

function pm2Process(app: AppDocument, instance: InstanceDocument) {
  const { spec } = app;
  const { name } = spec;
  const env = environmentOf(app, instance);
  return {
    pid: instance.root?.pid ?? 0,
    name,
    pm_id: instance.id,
    monit: {
      memory: instance.memoryBytes ?? 0,
      cpu: instance.cpuPercent === null ? 0 : Math.round(instance.cpuPercent * 10) / 10,
    },
    pm2_env: {
      ...env,
      [spec.instanceVariable]: instance.number,
      name,
      namespace: spec.namespace,
      status: PM2_STATUS[instance.state],
      pm_id: instance.id,
      pm_uptime: instance.startedMs ?? instance.sinceMs,
      created_at: instance.createdMs,
      restart_time: instance.restarts,
      unstable_restarts: instance.unstableRestarts,
      exit_code: instance.lastExit?.code ?? 0,
      pm_exec_path: spec.script ?? spec.argv[0] ?? "",
      pm_cwd: spec.cwd,
      pm_out_log_path: instance.outFile ?? "/dev/null",
      pm_err_log_path: instance.errFile ?? "/dev/null",
      ...(spec.logs.combined !== null && { pm_log_path: spec.logs.combined }),
      pm_pid_path: instance.pidFile ?? "",
      exec_mode: spec.execMode === "cluster" ? "cluster_mode" : "fork_mode",
      exec_interpreter:
        spec.script === null || spec.argv[0] === spec.script ? "none" : (spec.argv[0] ?? "none"),
      node_args: flagsOf(app),
      args: argumentsOf(app),
      instances: spec.instances,
      instance_var: spec.instanceVariable,
      ...(spec.incrementVariable !== null && { increment_var: spec.incrementVariable }),
      autorestart: spec.restart.when !== "no",
      // PM2 watches no longer what a person has stopped
      watch: spec.watch !== null && instance.state !== "stopped",
      merge_logs: spec.logs.merge,
      kill_timeout: spec.stop.graceMs,
      treekill: spec.stop.tree,
      vizion_running: false,
      km_link: false,
      ...WITHOUT_AGENT,
      username: spec.shellEnv["USER"] ?? "",
      ...(spec.limits.memoryBytes !== null && { max_memory_restart: spec.limits.memoryBytes }),
      ...(spec.cron !== null && { cron_restart: spec.cron }),
      ...(spec.source !== null && { pm_config_path: spec.source }),
      env,
    },
  };
}

/** Numbers of the config file are numbers in PM2's list; the number of the instance stands beside the environment. */
function environmentOf({ spec }: AppDocument, { number }: InstanceDocument): Record<string, string | number> {
  const { [spec.instanceVariable]: _, ...all } = instanceEnvironment(spec, number);
  const declared = new Set(Object.keys(spec.env));
  return Object.fromEntries(
    Object.entries(all).map(([key, text]) => [
      key,
      declared.has(key) && /^(?:0|[1-9]\d{0,14})$/u.test(text) ? Number(text) : text,
    ]),
  );
}

/** Exporters of metrics go through these fields of PM2's agent without asking whether they are there. */
const WITHOUT_AGENT = { axm_actions: [], axm_monitor: {}, axm_options: {}, axm_dynamic: {} };

/** Between the interpreter and the script. */
const flagsOf = ({ spec: { argv, script } }: AppDocument): readonly string[] =>
  script === null ? [] : argv.slice(1, argv.indexOf(script));

/** Behind the script. */
const argumentsOf = ({ spec: { argv, script } }: AppDocument): readonly string[] =>
  argv.slice(script === null ? 1 : argv.indexOf(script) + 1);
