/** supervisor, from Debian. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { until } from "../../test/support/ready.ts";
import { type BenchApp, type BenchManager, Home } from "./manager.ts";

const CONFIG = `[supervisord]
nodaemon=false
pidfile=%(here)s/supervisord.pid
logfile=%(here)s/supervisord.log
[unix_http_server]
file=%(here)s/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/supervisor.sock
`;

const section = (home: Home, app: BenchApp): string => `
[program:${app.name}]
command=${[...(app.interpreter === "bun" ? [process.execPath] : []), app.script, ...(app.args ?? [])].join(" ")}
process_name=%(process_num)d
numprocs=${app.instances ?? 1}
autorestart=true
startsecs=0
stopwaitsecs=${Math.ceil((app.killTimeoutMs ?? 10_000) / 1_000)}
stdout_logfile=${home.at(`${app.name}.log`)}
stdout_logfile_maxbytes=0
stderr_logfile=NONE
`;

export const supervisor = (home: Home): BenchManager => {
  const config = home.at("supervisord.conf");
  writeFileSync(config, CONFIG);
  const pidFile = home.at("supervisord.pid");
  // status ends with 3 where something does not run
  const ctl = (...words: readonly string[]): Promise<string> =>
    home.run(["supervisorctl", "-c", config, ...words], [0, 3]);
  return {
    name: "supervisor 4.2.5",
    limitsMemory: false,
    boot: async () => {
      await home.run(["supervisord", "-c", config]);
      await ctl("pid");
    },
    add: async (app) => {
      appendFileSync(config, section(home, app));
      await ctl("update", app.name);
    },
    start: async (name) => void (await ctl("start", `${name}:*`)),
    stop: async (name) => void (await ctl("stop", `${name}:*`)),
    status: async () => void (await ctl("status")),
    remove: async (name) => {
      await ctl("stop", `${name}:*`);
      await ctl("remove", name);
      const [before = ""] = readFileSync(config, "utf8").split(`\n[program:${name}]`);
      writeFileSync(config, before);
    },
    reload: null,
    daemonPid: async () => Number(readFileSync(pidFile, "utf8")),
    pids: async (name) => {
      const all = await ctl("status", `${name}:*`);
      return [...all.matchAll(/RUNNING\s+pid (?<pid>\d+)/gu)].map((match) => Number(match.groups?.["pid"]));
    },
    logFile: (name) => home.at(`${name}.log`),
    [Symbol.asyncDispose]: async () => {
      await ctl("shutdown");
      await until(() => !existsSync(pidFile), 20_000);
    },
  };
};
