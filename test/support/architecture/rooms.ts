/** The import rules, as one table: the architecture test reads it, and lint's part of them is made from it (lint.ts). */

export interface Room {
  /** Rooms it may import besides itself. */
  readonly imports: readonly string[];
  /** Rooms of which it may import the types. */
  readonly types?: readonly string[];
  /** `false`: no packages and no built-in modules. */
  readonly outside?: false;
}

const feature: Room = { imports: ["core", "ports", "job"], types: ["config"] };
const leaf: Room = { imports: ["core", "ports"] };
/** It opens files, so it asks whom it may believe. */
const reader: Room = { imports: ["core", "ports", "trust"] };

/** A room that is not listed here is a violation by itself. */
export const ROOMS: Readonly<Record<string, Room | "everything">> = {
  core: { imports: [], outside: false },
  ports: { imports: [], types: ["core"], outside: false },
  trust: { imports: ["core"] },
  os: reader,
  record: reader,
  config: reader,
  job: leaf,
  monitor: feature,
  gate: feature,
  manager: feature,
  runner: feature,
  runtime: leaf,
  http: leaf,
  setup: { imports: ["core", "config", "trust"] },
  cli: "everything",
  scripts: { imports: ["cli"], outside: false },
};

/** Packages and modules that belong to one room: a foreign type that leaks is found here. */
export const HOMES: Readonly<Record<string, string>> = {
  winston: "record",
  "winston-daily-rotate-file": "record",
  "node-cron": "record",
  cosmiconfig: "config",
  valibot: "config",
  "jsonc-parser": "config",
  yaml: "config",
  commander: "cli",
  "bun:ffi": "os",
  "ps-list": "os",
  pidusage: "os",
  "tree-kill": "os",
};
