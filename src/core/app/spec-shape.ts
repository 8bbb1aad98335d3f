/** Whether what came over the socket is an app: it is kept, and whoever comes after us has to be able to read it. */
import { isRecord } from "../../text/json.ts";
import type { AppSpec } from "./app-spec.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && !value.includes("\0");
const isFlag: Check = (value) => typeof value === "boolean";
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const isTexts: Check = (value) => isRecord(value) && Object.values(value).every(isText);
const shaped =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && wrongIn(shape, value) === null;

const READINESS: ReadonlyMap<unknown, Check> = new Map([
  ["start", () => true],
  ["message", shaped({ withinMs: isNumber })],
  ["port", shaped({ port: isNumber, host: isText, withinMs: isNumber })],
  ["http", shaped({ url: (value) => isText(value) && URL.canParse(String(value)), withinMs: isNumber })],
  ["log", shaped({ pattern: isText, withinMs: isNumber })],
]);

const isReadiness: Check = (value) => isRecord(value) && (READINESS.get(value["by"])?.(value) ?? false);

const SHAPE: Readonly<Record<keyof AppSpec, Check>> = {
  directory: (value) => isText(value) && String(value).startsWith("/"),
  name: (value) => isText(value) && value !== "",
  source: orNull(isText),
  namespace: isText,
  argv: (value) => listOf(isText)(value) && Array.isArray(value) && value.length > 0,
  script: orNull(isText),
  cwd: (value) => isText(value) && String(value).startsWith("/"),
  env: isTexts,
  shellEnv: isTexts,
  shellFilter: shaped({ all: isFlag, containing: listOf(isText), named: listOf(isText) }),
  instances: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1_000,
  execMode: oneOf("fork", "cluster"),
  instanceVariable: isText,
  incrementVariable: orNull(isText),
  restart: shaped({
    when: oneOf("always", "on-failure", "no"),
    stopExitCodes: listOf(isNumber),
    minUptimeMs: isNumber,
    budget: isNumber,
    fixedDelayMs: orNull(isNumber),
    backoff: shaped({ firstMs: isNumber, capMs: isNumber }),
  }),
  limits: shaped({ memoryBytes: orNull(isNumber), cpuPercent: orNull(isNumber), threads: orNull(isNumber) }),
  stop: shaped({
    signal: oneOf("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL"),
    graceMs: isNumber,
    byMessage: isFlag,
    tree: isFlag,
  }),
  readiness: isReadiness,
  dependsOn: listOf(isText),
  watch: orNull(shaped({ paths: listOf(isText), ignore: listOf(isText), delayMs: isNumber })),
  cron: orNull(isText),
  logs: shaped({
    out: orNull(isText),
    err: orNull(isText),
    combined: orNull(isText),
    merge: isFlag,
    dateFormat: orNull(isText),
    maxBytes: isNumber,
    daily: isFlag,
    keep: isNumber,
    keepMs: orNull(isNumber),
    compress: isFlag,
  }),
  pidFile: orNull(isText),
  identity: shaped({
    uid: orNull(isNumber),
    gid: orNull(isNumber),
    umask: orNull(isNumber),
    noNewPrivileges: isFlag,
    dropCapabilities: listOf(isText),
  }),
};

/** The first key that is not as it has to be; null = it is an app. */
export function wrongInSpec(value: unknown): string | null {
  return isRecord(value) ? wrongIn(SHAPE, value) : "all of it";
}

const wrongIn = (
  shape: Readonly<Record<string, Check>>,
  value: Readonly<Record<string, unknown>>,
): string | null => Object.entries(shape).find(([key, check]) => !check(value[key]))?.[0] ?? null;
