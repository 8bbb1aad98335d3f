/** What each key means: one app, and what becomes of it. Most keys are PM2's, and mean what they mean there. */
import { describe, expect, test } from "bun:test";
import { availableParallelism, homedir } from "node:os";
import type { AppSpec } from "../../../../src/core/app/app-spec.ts";
import { type Scratch, scratch } from "../scratch.ts";
import { load } from "./loading.ts";

const CORES = availableParallelism();

const FILES = {
  "server.ts": "",
  "server.js": "",
  "view.tsx": "",
  "lib/module.mts": "",
  "job.py": "",
  "job.sh": "",
  "my app.js": "",
  "folder/package.json": { main: "./start.js" },
  "folder/start.js": "",
  "plain/index.ts": "",
  "bin/www": "#!/usr/bin/env node\n",
};

async function oneApp(files: Scratch, app: object): Promise<AppSpec> {
  files.write("ecosystem.config.json", { apps: [app] });
  const { apps } = await load(files);
  if (apps[0] === undefined || apps.length > 1) throw new Error(`${apps.length} apps`);
  return apps[0];
}

/** Of the spec, what is spoken of. */
type Part = Partial<{ readonly [Key in keyof AppSpec]: AppSpec[Key] | object }>;

const runs = { script: "server.ts" };

describe.each<[what: string, rows: readonly (readonly [app: object, means: Part])[]]>([
  [
    "names",
    [
      [runs, { name: "server", namespace: "default" }],
      [{ script: "./lib/module.mts" }, { name: "module" }],
      [{ command: "sleep 5" }, { name: "sleep 5" }],
      [{ script: "./folder" }, { name: "folder" }],
      [
        { ...runs, name: "api", namespace: "web" },
        { name: "api", namespace: "web" },
      ],
      [{ ...runs, name: 7 }, { name: "7" }],
    ],
  ],
  [
    "instances",
    [
      [runs, { instances: 1, execMode: "fork" }],
      [
        { ...runs, instances: 3 },
        { instances: 3, execMode: "cluster" },
      ],
      [
        { ...runs, instances: "2", exec_mode: "fork" },
        { instances: 2, execMode: "fork" },
      ],
      [
        { ...runs, instances: "max", exec_mode: "cluster_mode" },
        { instances: CORES, execMode: "cluster" },
      ],
      [{ ...runs, instances: 0 }, { instances: CORES }],
      [{ ...runs, instances: -1 }, { instances: Math.max(1, CORES - 1) }],
      [{ ...runs, instances: -500 }, { instances: 1 }],
      [
        { ...runs, instance_var: "WORKER", increment_var: "PORT" },
        { instanceVariable: "WORKER", incrementVariable: "PORT" },
      ],
      [
        { ...runs, instanceVar: "WORKER" },
        { instanceVariable: "WORKER", incrementVariable: null },
      ],
    ],
  ],
  [
    "restarts",
    [
      [{ ...runs, autorestart: false }, { restart: { when: "no" } }],
      [{ ...runs, autorestart: true }, { restart: { when: "always" } }],
      [{ ...runs, restart_policy: "on-failure" }, { restart: { when: "on-failure" } }],
      [{ ...runs, restartPolicy: "no" }, { restart: { when: "no" } }],
      [{ ...runs, stop_exit_codes: 0 }, { restart: { stopExitCodes: [0] } }],
      [{ ...runs, stop_exit_codes: [0, "143"] }, { restart: { stopExitCodes: [0, 143] } }],
      [{ ...runs, stop_exit_codes: "0, 130 143" }, { restart: { stopExitCodes: [0, 130, 143] } }],
      [{ ...runs, min_uptime: 1_500 }, { restart: { minUptimeMs: 1_500 } }],
      [{ ...runs, min_uptime: "5s" }, { restart: { minUptimeMs: 5_000 } }],
      [{ ...runs, min_uptime: "2m" }, { restart: { minUptimeMs: 120_000 } }],
      [{ ...runs, min_uptime: "1h" }, { restart: { minUptimeMs: 3_600_000 } }],
      [{ ...runs, max_restarts: 0 }, { restart: { budget: 0 } }],
      [{ ...runs, maxRestarts: "5" }, { restart: { budget: 5 } }],
      [{ ...runs, restart_delay: 3_000 }, { restart: { fixedDelayMs: 3_000 } }],
      [{ ...runs, restart_delay: "4s" }, { restart: { fixedDelayMs: 4_000 } }],
      [{ ...runs, restart_delay: 0 }, { restart: { fixedDelayMs: null } }],
      [
        { ...runs, exp_backoff_restart_delay: 250 },
        { restart: { backoff: { firstMs: 250, capMs: 15_000 } } },
      ],
      [{ ...runs, exp_backoff_restart_delay: 0 }, { restart: { backoff: { firstMs: 100, capMs: 15_000 } } }],
      [
        { ...runs, backoff: { first: "1s", max: "1m" } },
        { restart: { backoff: { firstMs: 1_000, capMs: 60_000 } } },
      ],
      [{ ...runs, backoff: { first: "1m" } }, { restart: { backoff: { firstMs: 60_000, capMs: 60_000 } } }],
    ],
  ],
  [
    "limits",
    [
      [
        { ...runs, max_memory_restart: "512M" },
        { limits: { memoryBytes: 536_870_912, cpuPercent: null, threads: null } },
      ],
      [{ ...runs, max_memory_restart: 512_000_000 }, { limits: { memoryBytes: 512_000_000 } }],
      [{ ...runs, max_memory_restart: "512000000" }, { limits: { memoryBytes: 512_000_000 } }],
      [{ ...runs, maxMemoryRestart: "1G" }, { limits: { memoryBytes: 1_073_741_824 } }],
      [{ ...runs, max_memory: "1.5g" }, { limits: { memoryBytes: 1_610_612_736 } }],
      [{ ...runs, maxMemory: "200 MiB" }, { limits: { memoryBytes: 209_715_200 } }],
      [{ ...runs, max_memory: "2048K" }, { limits: { memoryBytes: 2_097_152 } }],
      [{ ...runs, max_cpu_percent: 50 }, { limits: { cpuPercent: 50 } }],
      [{ ...runs, maxCpuPercent: "150%" }, { limits: { cpuPercent: 150 } }],
      [{ ...runs, max_threads: 64 }, { limits: { threads: 64 } }],
      [
        { ...runs, limits: { memory: "1G", cpuPercent: 20, threads: 8 } },
        { limits: { memoryBytes: 1_073_741_824, cpuPercent: 20, threads: 8 } },
      ],
    ],
  ],
  [
    "the end",
    [
      [
        { ...runs, kill_timeout: 3_000 },
        { stop: { graceMs: 3_000, signal: "SIGTERM", byMessage: false, tree: true } },
      ],
      [{ ...runs, kill_timeout: "1m" }, { stop: { graceMs: 60_000 } }],
      [{ ...runs, kill_signal: "SIGINT" }, { stop: { signal: "SIGINT" } }],
      [{ ...runs, kill_signal: "usr2" }, { stop: { signal: "SIGUSR2" } }],
      [{ ...runs, shutdown_with_message: true }, { stop: { byMessage: true } }],
      [{ ...runs, treekill: false }, { stop: { tree: false } }],
    ],
  ],
  [
    "readiness",
    [
      [{ ...runs, wait_ready: true }, { readiness: { by: "message", withinMs: 30_000 } }],
      [
        { ...runs, wait_ready: true, listen_timeout: 5_000 },
        { readiness: { by: "message", withinMs: 5_000 } },
      ],
      [{ ...runs, wait_ready: false, listen_timeout: 5_000 }, { readiness: { by: "start" } }],
      [{ ...runs, ready: "message" }, { readiness: { by: "message", withinMs: 30_000 } }],
      [{ ...runs, ready: "start", wait_ready: true }, { readiness: { by: "start" } }],
      [
        { ...runs, ready: 3_000 },
        { readiness: { by: "port", port: 3_000, host: "localhost", withinMs: 30_000 } },
      ],
      [
        { ...runs, ready: { port: 80, host: "::1", timeout: "2s" } },
        { readiness: { by: "port", port: 80, host: "::1", withinMs: 2_000 } },
      ],
      [
        { ...runs, ready: { http: "http://localhost:3000/health" } },
        { readiness: { by: "http", url: "http://localhost:3000/health", withinMs: 30_000 } },
      ],
      [
        { ...runs, ready: { log: "listening on \\d+" } },
        { readiness: { by: "log", pattern: "listening on \\d+" } },
      ],
      [{ ...runs, depends_on: [] }, { dependsOn: [] }],
    ],
  ],
  [
    "cron",
    [
      [{ ...runs, cron_restart: "0 3 * * *" }, { cron: "0 3 * * *" }],
      [{ ...runs, cron: "*/30 * * * * *" }, { cron: "*/30 * * * * *" }],
      [{ ...runs, cron_restart: "@daily" }, { cron: "0 0 * * *" }],
      [{ ...runs, cron_restart: 0 }, { cron: null }],
      [{ ...runs, cron_restart: false }, { cron: null }],
    ],
  ],
  [
    "rights",
    [
      [
        { ...runs, umask: "027", no_new_privileges: true, drop_capabilities: ["CAP_NET_RAW", "sys_ptrace"] },
        { identity: { umask: 0o27, noNewPrivileges: true, dropCapabilities: ["NET_RAW", "SYS_PTRACE"] } },
      ],
      [
        { ...runs, dropCapabilities: "all" },
        { identity: { dropCapabilities: ["all"], uid: null, gid: null } },
      ],
      [{ ...runs, uid: process.getuid?.() }, { identity: { uid: null } }],
    ],
  ],
])("%s", (_what, rows) => {
  test.each([...rows])("%j", async (app, means) => {
    using files = scratch(FILES);
    expect(await oneApp(files, app)).toMatchObject(means);
  });
});

const at = (files: Scratch, path: string): string =>
  path.startsWith("~") ? homedir() + path.slice(1) : files.path(path);

type LogRow = readonly [
  what: string,
  app: object,
  paths: Partial<Record<"out" | "err" | "combined", string | null>>,
  merge?: boolean,
];

const LOG_ROWS: readonly LogRow[] = [
  [
    "beside the config file",
    { ...runs, cwd: "lib", name: "a b/c", script: "module.mts" },
    { out: "logs/a%20b%2Fc-out.log", err: "logs/a%20b%2Fc-err.log", combined: null },
    true,
  ],
  ["letters are letters", { ...runs, name: ".übung.日本-1" }, { out: "logs/%2Eübung.日本-1-out.log" }],
  [
    "named, from cwd",
    { ...runs, out_file: "o.log", error_file: "./x/e.log", log_file: "all.log" },
    { out: "o.log", err: "x/e.log", combined: "all.log" },
  ],
  [
    "by other names",
    { ...runs, output: "o.log", error: "e.log", log: true },
    { out: "o.log", err: "e.log", combined: "logs/server.log" },
  ],
  [
    "by still others",
    { ...runs, out: "o.log", err: "e.log", logFile: "l.log" },
    { out: "o.log", err: "e.log", combined: "l.log" },
  ],
  ["in the home", { ...runs, out_file: "~/o.log" }, { out: "~/o.log" }],
  [
    "nowhere",
    { ...runs, out_file: "/dev/null", error_file: "NULL", log_file: false },
    { out: null, err: null, combined: null },
  ],
  [
    "none at all",
    { ...runs, disable_logs: true, log_file: "x.log" },
    { out: null, err: null, combined: null },
  ],
  ["one for each copy", { ...runs, instances: 2 }, {}, false],
  ["one for all copies", { ...runs, instances: 2, merge_logs: true }, {}, true],
  ["the same, otherwise said", { ...runs, instances: 2, combine_logs: true }, {}, true],
];

for (const [what, app, paths, merge] of LOG_ROWS)
  test(`log files: ${what}`, async () => {
    using files = scratch(FILES);
    const { logs } = await oneApp(files, app);
    for (const [key, path] of Object.entries(paths))
      expect([key, Object.entries(logs).find(([each]) => each === key)?.[1]]).toEqual([
        key,
        path === null ? null : at(files, path),
      ]);
    if (merge !== undefined) expect(logs.merge).toBe(merge);
  });

test.each<[app: object, logs: object]>([
  [{ time: true }, { dateFormat: "YYYY-MM-DDTHH:mm:ss" }],
  [{ log_date_format: "HH:mm" }, { dateFormat: "HH:mm" }],
  [{ time: true, log_date_format: "HH:mm" }, { dateFormat: "YYYY-MM-DDTHH:mm:ss" }],
  [{ time: false, log_date_format: "" }, { dateFormat: null }],
  [
    { log_max_size: "1M", log_daily: true, log_keep: 3, log_keep_for: "7d", log_compress: false },
    { maxBytes: 1_048_576, daily: true, keep: 3, keepMs: 604_800_000, compress: false },
  ],
])("lines and rotation: %j", async (app, logs) => {
  using files = scratch(FILES);
  expect((await oneApp(files, { ...runs, ...app })).logs).toMatchObject(logs);
});

const WATCH_ROWS: readonly (readonly [
  app: object,
  paths: readonly string[] | null,
  ignore?: readonly string[],
  delayMs?: number,
])[] = [
  [{}, null],
  [{ watch: false }, null],
  [{ watch: true }, ["."], [".*", "node_modules"], 200],
  [{ watch: [] }, ["."]],
  [{ watch: "lib" }, ["lib"]],
  [{ watch: ["lib", "server.ts"], watch_delay: 1_000 }, ["lib", "server.ts"], [".*", "node_modules"], 1_000],
  [{ watch: true, ignore_watch: ["logs", "*.tmp"] }, ["."], ["logs", "*.tmp"]],
  [{ watch: true, ignore_watch: "uploads" }, ["."], ["uploads"]],
];

for (const [app, paths, ignore, delayMs] of WATCH_ROWS)
  test(`watch: ${JSON.stringify(app)}`, async () => {
    using files = scratch(FILES);
    const { watch, logs } = await oneApp(files, { ...runs, ...app });
    expect(watch?.paths ?? null).toEqual(
      paths === null ? null : paths.map((path) => (path === "." ? files.root : files.path(path))),
    );
    // what it writes itself would start it again and again
    if (ignore !== undefined) expect(watch?.ignore).toEqual([...ignore, String(logs.out), String(logs.err)]);
    if (delayMs !== undefined) expect(watch?.delayMs).toBe(delayMs);
  });
