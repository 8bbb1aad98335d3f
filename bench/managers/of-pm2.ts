/** bunctl and PM2, which take the same config files and print the same list. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagesBin } from "../../test/street/packages.ts";
import { type BenchApp, type BenchManager, Home } from "./manager.ts";

interface Listed {
  readonly name: string;
  readonly pid: number;
}

function appFile(home: Home, app: BenchApp): string {
  const { name, script, args = [], interpreter, instances = 1, memoryMb, killTimeoutMs } = app;
  const path = home.at(`${name}.json`);
  const log = home.at(`${name}.log`);
  const limited = memoryMb === undefined ? {} : { max_memory_restart: `${memoryMb}M` };
  const patient = killTimeoutMs === undefined ? {} : { kill_timeout: killTimeoutMs };
  const common = {
    name,
    script,
    args,
    interpreter,
    instances,
    exec_mode: "fork",
    merge_logs: true,
    min_uptime: 0,
  };
  // a rotation under way is no part of what is measured
  const logs = { out_file: log, error_file: "/dev/null", log_max_size: "1G" };
  writeFileSync(path, JSON.stringify({ apps: [{ ...common, ...logs, ...limited, ...patient }] }));
  return path;
}

function commanded(home: Home, argv: readonly string[]): Omit<BenchManager, "name" | "daemonPid" | "boot"> {
  const run = async (...words: readonly string[]): Promise<void> =>
    void (await home.run([...argv, ...words]));
  return {
    limitsMemory: true,
    add: (app) => run("start", appFile(home, app)),
    start: (name) => run("start", name),
    stop: (name) => run("stop", name),
    status: () => run("list"),
    remove: (name) => run("delete", name),
    reload: (name) => run("reload", name),
    pids: async (name) => {
      const printed = await home.run([...argv, "jlist"]);
      const list: readonly Listed[] = JSON.parse(
        printed.split("\n").find((line) => line.startsWith("[")) ?? "[]",
      );
      return list.filter((each) => each.name === name && each.pid > 0).map(({ pid }) => pid);
    },
    logFile: (name) => home.at(`${name}.log`),
    [Symbol.asyncDispose]: () => run("kill"),
  };
}

export const pm2 = (home: Home): BenchManager => {
  const argv = [join(packagesBin, "pm2")];
  return {
    ...commanded(home, argv),
    name: "PM2 7.0.4",
    boot: async () => void (await home.run([...argv, "ping"])),
    daemonPid: async () => Number(readFileSync(home.at("pm2/pm2.pid"), "utf8")),
  };
};

export const bunctl = (home: Home, script: string): BenchManager => {
  const argv = [script];
  return {
    ...commanded(home, argv),
    name: "bunctl",
    boot: async () => void (await home.run([...argv, "daemon", "start"])),
    daemonPid: async () => {
      const about: { readonly pid: number } = JSON.parse(
        await home.run([...argv, "daemon", "status", "--json"]),
      );
      return about.pid;
    },
  };
};
