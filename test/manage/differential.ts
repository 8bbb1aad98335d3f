/** The same config file under PM2 and under bunctl: what can be observed of either, and where they are not alike. */
import { existsSync, readFileSync } from "node:fs";
import { isRecord } from "../../src/text/json.ts";
import {
  listed,
  processManager,
  type Brand,
  type ListedProcess,
  type ProcessManager,
} from "../support/process-manager.ts";
import { forPm2 } from "./ecosystem.ts";

export interface Difference {
  readonly file: string;
  readonly what: string;
  readonly pm2: string;
  readonly bunctl: string;
}

export const NONE = "–";
/** Of a file that PM2 is given in other words. */
const AS_IT_IS = "apps of the file as it is";
const SETTLE_MS = 30_000;

/** The file of `files` is started, and all that can be done with its apps. */
export async function differences(file: string, files: string): Promise<readonly Difference[]> {
  const [pm2, bunctl] = await Promise.all([
    observe("pm2", forPm2(file), files),
    observe("bunctl", file, files),
  ]);
  if (forPm2(file) !== file) {
    pm2.set(AS_IT_IS, await namesOf("pm2", file, files));
    bunctl.set(AS_IT_IS, bunctl.get("apps") ?? NONE);
  }
  return [...new Set([...pm2.keys(), ...bunctl.keys()])].toSorted().flatMap((what) => {
    const [one, other] = [pm2.get(what) ?? NONE, bunctl.get(what) ?? NONE];
    return one === other ? [] : [{ file, what, pm2: one, bunctl: other }];
  });
}

async function namesOf(brand: Brand, file: string, files: string): Promise<string> {
  await using manager = processManager(brand, files);
  await manager.shell(`pm start ${file}`);
  return names(await listed(manager));
}

const names = (apps: readonly ListedProcess[]): string =>
  apps
    .map(({ name }) => name)
    .toSorted()
    .join(" ");

async function observe(brand: Brand, file: string, files: string): Promise<Map<string, string>> {
  await using manager = processManager(brand, files);
  const found = new Map<string, string>();
  const does = async (name: string, command: string): Promise<void> => {
    const { exitCode } = await manager.shell(command);
    found.set(`exit of ${name}`, exitCode === 0 ? "0" : "not 0");
  };
  await does("stop of all where nothing runs", "pm stop all");
  await does("start", `pm start ${file}`);
  const apps = await settled(manager);
  found.set("apps", names(apps));
  for (const [index, app] of apps.entries())
    observeApp(app, `apps.${numbered(app, index, apps)}`, manager, found);
  for (const [name, type] of fieldsOf(apps)) found.set(`field ${name}`, type);
  if (apps.length > 0) {
    await does("restart of all", "pm restart all");
    found.set("restarts after one", counts(await settled(manager)));
    await does("stop of an unknown one", "pm stop nobody-is-called-so");
    await does("stop of all", "pm stop all");
    found.set("states after stop", states(await listed(manager)));
    await does("delete of all", "pm delete all");
    found.set("list after delete", JSON.stringify(await listed(manager)));
  }
  return found;
}

const states = (apps: readonly ListedProcess[]): string =>
  [...new Set(apps.map(({ pm2_env }) => pm2_env.status))].toSorted().join(" ");
const counts = (apps: readonly ListedProcess[]): string =>
  [...new Set(apps.map(({ pm2_env }) => String(pm2_env["restart_time"])))].toSorted().join(" ");

const MOVING = new Set(["launching", "stopping"]);

/** Each is what it will be, and has said its first line. */
async function settled(manager: ProcessManager): Promise<readonly ListedProcess[]> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const apps = await listed(manager);
    const isSettled = apps.every(
      (app) => !MOVING.has(app.pm2_env.status) && (app.pid === 0 || outputOf(app) !== ""),
    );
    if (isSettled || performance.now() > deadline) return apps;
    await Bun.sleep(100);
  }
}

/** PM2 numbers all apps, bunctl the instances of each. */
const numbered = (app: ListedProcess, index: number, apps: readonly ListedProcess[]): string =>
  `${app.name}-${apps.slice(0, index).filter(({ name }) => name === app.name).length}`;

function observeApp(
  app: ListedProcess,
  path: string,
  manager: ProcessManager,
  found: Map<string, string>,
): void {
  const { pm2_env: env } = app;
  for (const key of [
    "status",
    "namespace",
    "exec_mode",
    "autorestart",
    "restart_time",
    "watch",
    "instances",
    "merge_logs",
    "max_memory_restart",
    "kill_timeout",
    "cron_restart",
  ])
    found.set(`${path}.${key}`, env[key] === undefined ? NONE : JSON.stringify(env[key]));
  for (const key of ["pm_exec_path", "pm_cwd", "pm_out_log_path", "pm_err_log_path", "pm_pid_path"])
    found.set(`${path}.${key}`, textOf(env[key]).replaceAll(manager.root, ""));
  found.set(`${path}.output`, outputOf(app));
  for (const [name, value] of environmentOf(app, manager))
    found.set(`${path}.env.${name}`, value.replaceAll(manager.root, ""));
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? NONE);

/** Without the dates that a file may have before its lines; the same line again is one line. */
function outputOf({ pm2_env: { pm_out_log_path: path } }: ListedProcess): string {
  if (typeof path !== "string" || path === "/dev/null") return "nowhere";
  if (!existsSync(path)) return "";
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.replace(/^.*?(?=up )/u, ""));
  return [...new Set(lines.filter((line) => line !== ""))].toSorted().join(" | ");
}

/** What the process finds and the shell had not. In cluster mode PM2 hands it over in one variable, as JSON. */
function environmentOf(
  { pid, name: app }: ListedProcess,
  { env: shell }: ProcessManager,
): readonly (readonly [string, string])[] {
  if (pid === 0 || !existsSync(`/proc/${pid}/environ`)) return [];
  const own = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .flatMap((entry) => {
      const [, name = "", value = ""] = /^(?<name>[^=]+)=(?<value>[^]*)$/u.exec(entry) ?? [];
      return name === "" ? [] : [[name, value] as const];
    });
  const handed: unknown = JSON.parse(own.find(([name]) => name === "pm2_env")?.[1] ?? "{}");
  const more = isRecord(handed) ? Object.entries(handed) : [];
  return [...own, ...more.map(([name, value]) => [name, String(value)] as const)].filter(
    ([name, value]) => name !== "pm2_env" && name !== app && shell[name] !== value && !BY_THE_SHELL.has(name),
  );
}

const BY_THE_SHELL: ReadonlySet<string> = new Set(["_", "SHLVL", "OLDPWD", "PWD"]);

/** The fields of jlist and their types; what only one app has counts too. */
function fieldsOf(apps: readonly ListedProcess[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, value: unknown): void => void found.set(name, typeOf(value));
  for (const app of apps) {
    for (const [key, value] of Object.entries(app)) if (key !== "pm2_env") add(key, value);
    for (const [key, value] of Object.entries(app.monit)) add(`monit.${key}`, value);
    for (const [key, value] of Object.entries(app.pm2_env))
      if (/^[a-z][a-z\d_]*$/u.test(key) && key !== app.name) add(`pm2_env.${key}`, value);
  }
  return found;
}

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "list" : isRecord(value) ? "object" : typeof value;
