/**
 * This checks whether something that came over the socket, or was saved, is an app: it is kept, and every
 * later version must be able to read it.
 */
import { isRecord } from "../../text/json.ts";
import {
  fields,
  flag,
  list,
  name,
  number,
  wordOf,
  orMissing,
  orNull,
  path,
  text,
  environment,
  natural,
  wrongField,
  type Shape,
} from "../../text/shape.ts";
import type { AppSpec, FileReading, Readiness } from "./app-spec.ts";
import { MOST_INSTANCES } from "./scale.ts";

const signal = wordOf("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL");
const within = { withinMs: number };

const READINESS: Readonly<Record<Readiness["by"], Shape>> = {
  start: fields({}),
  message: fields(within),
  port: fields({ ...within, port: natural, host: text }),
  http: fields({ ...within, url: (value) => text(value) && URL.canParse(String(value)) }),
  log: fields({ ...within, pattern: isPattern }),
};

function isPattern(value: unknown): boolean {
  try {
    // oxlint-disable-next-line require-unicode-regexp -- as its config file was read
    return typeof value === "string" && new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

const readiness: Shape = (value) =>
  isRecord(value) &&
  typeof value["by"] === "string" &&
  Object.hasOwn(READINESS, value["by"]) &&
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is one of its keys
  READINESS[value["by"] as Readiness["by"]](value);

const SHAPE: Readonly<Record<keyof AppSpec, Shape>> = {
  directory: path,
  name,
  source: orNull(path),
  reading: orMissing(fields<FileReading>({ environment: orNull(text), overrides: isRecord, fileMs: number })),
  scaledFrom: orMissing(natural),
  namespace: text,
  argv: (value) => list(text)(value) && Array.isArray(value) && name(value[0]),
  script: orNull(path),
  cwd: path,
  env: environment,
  shellEnv: environment,
  shellFilter: fields<AppSpec["shellFilter"]>({ all: flag, containing: list(text), named: list(text) }),
  instances: (value) => natural(value) && Number(value) >= 1 && Number(value) <= MOST_INSTANCES,
  execMode: wordOf("fork", "cluster"),
  instanceVariable: text,
  incrementVariable: orNull(name),
  restart: fields<AppSpec["restart"]>({
    when: wordOf("always", "on-failure", "no"),
    stopExitCodes: list(number),
    minUptimeMs: number,
    budget: number,
    fixedDelayMs: orNull(number),
    backoff: fields<AppSpec["restart"]["backoff"]>({ firstMs: number, capMs: number }),
  }),
  limits: fields<AppSpec["limits"]>({
    memoryBytes: orNull(number),
    cpuPercent: orNull(number),
    threads: orNull(number),
  }),
  stop: fields<AppSpec["stop"]>({ signal, graceMs: number, byMessage: flag, tree: flag }),
  readiness,
  dependsOn: list(text),
  watch: orNull(
    fields<NonNullable<AppSpec["watch"]>>({ paths: list(path), ignore: list(text), delayMs: number }),
  ),
  cron: orNull(text),
  logs: fields<AppSpec["logs"]>({
    out: orNull(path),
    err: orNull(path),
    combined: orNull(path),
    merge: flag,
    dateFormat: orNull(text),
    maxBytes: number,
    daily: flag,
    keep: number,
    keepMs: orNull(number),
    compress: flag,
  }),
  pidFile: orNull(path),
  identity: fields<AppSpec["identity"]>({
    uid: orNull(natural),
    gid: orNull(natural),
    umask: orNull(natural),
    noNewPrivileges: flag,
    dropCapabilities: list(text),
  }),
};

/** The first key that is not as it has to be; null = it is an app. */
export const wrongInSpec = (value: unknown): string | null => wrongField<AppSpec>(SHAPE, value);
