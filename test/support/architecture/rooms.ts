/** The import rules, as one table: the architecture test reads it, and lint's part of them is made from it (lint.ts). */

export interface Room {
  /** Rooms it may import besides itself. */
  readonly imports: readonly string[];
  /** Rooms of which it may import the types. */
  readonly types?: readonly string[];
  /** `false`: no packages and no built-in modules. */
  readonly outside?: false;
}

/** They do what the ports say: no mechanism, no file. */
const actor = ["text", "core", "ports"];
/** They open files, so they ask whom they may believe. */
const reader = ["text", "core", "ports", "trust"];
/** They keep a person informed, beside the watch or as a command. */
const feature = [...reader, "os", "config", "record", "wire", "render", "host"];

/** From the ground floor up: all arrows point down. A room that is not listed here is a violation by itself. */
export const ROOMS: Readonly<Record<string, Room | "everything">> = {
  text: { imports: [] },
  core: { imports: ["text"], outside: false },
  ports: { imports: [], types: ["core"], outside: false },
  trust: { imports: ["text", "core"] },
  os: { imports: reader },
  config: { imports: reader },
  record: { imports: reader },
  kill: { imports: actor },
  launch: { imports: [...actor, "kill"] },
  wire: { imports: ["core"], types: ["ports"] },
  monitor: { imports: [...actor, "kill", "wire"] },
  render: { imports: ["text", "core", "trust", "record", "wire"], types: ["config", "monitor"] },
  host: { imports: [...reader, "os", "config", "record", "kill", "wire"], types: ["monitor"] },
  gate: { imports: [...reader, "os", "config", "record", "launch", "monitor", "render", "host"] },
  supervisor: { imports: [...reader, "os", "record", "kill", "launch", "host"] },
  "app-log": { imports: [...reader, "os", "record"] },
  manager: { imports: [...feature, "kill", "launch", "supervisor", "app-log"] },
  runner: { imports: [...feature, "kill", "launch"] },
  runtime: { imports: ["text", "core", "os", "wire"] },
  alert: { imports: feature },
  history: { imports: feature, types: ["monitor"] },
  upkeep: { imports: [...feature, "history"] },
  setup: { imports: ["text", "core", "trust", "config", "render"] },
  doctor: { imports: feature },
  demo: { imports: feature },
  watch: { imports: [...feature, "kill", "monitor", "alert", "history", "upkeep"] },
  live: { imports: [...feature, "watch"] },
  http: { imports: [...feature, "app-log", "runtime", "history", "runner", "watch"] },
  cli: "everything",
  scripts: { imports: ["cli", "gate"], outside: false },
};

/** Packages and modules that belong to a room or two: a foreign type that leaks is found here. */
export const HOMES: Readonly<Record<string, string | readonly string[]>> = {
  winston: "record",
  "winston-daily-rotate-file": "record",
  "node-cron": "upkeep",
  cosmiconfig: "config",
  valibot: ["config", "http"],
  "jsonc-parser": "config",
  yaml: "config",
  commander: "cli",
  "bun:ffi": "os",
  "ps-list": "os",
  pidusage: "os",
  "tree-kill": "os",
  mitata: "runner",
};
