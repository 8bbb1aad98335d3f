/**
 * Only this account can ask, and both ends are this program. All the same a question that is not what its route takes is refused
 * before anything is done with it: an app that is half declared could never be started, stopped or forgotten.
 */
import type { AppSpec, Readiness } from "../../core/app/app-spec.ts";
import { isRecord } from "../../text/json.ts";
import {
  MANAGER,
  type ApplyOptions,
  type RestartOptions,
  type Selection,
  type StartOptions,
} from "../../wire/manager.ts";
import type { Answers } from "../../wire/routes.ts";

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === "string" && !value.includes("\0");
const name: Shape = (value) => text(value) && value !== "";
const path: Shape = (value) => text(value) && String(value).startsWith("/");
const flag: Shape = (value) => typeof value === "boolean";
const number: Shape = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const whole: Shape = (value) => number(value) && Number.isSafeInteger(value);
const one =
  (...words: readonly string[]): Shape =>
  (value) =>
    typeof value === "string" && words.includes(value);
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const list =
  (shape: Shape, most = Infinity): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(shape);
const fields =
  <T>(shapes: Readonly<Record<keyof T & string, Shape>>): Shape =>
  (value) =>
    isRecord(value) &&
    !Array.isArray(value) &&
    Object.entries<Shape>(shapes).every(([key, shape]) => shape(value[key]));
const variables: Shape = (value) =>
  isRecord(value) &&
  !Array.isArray(value) &&
  Object.entries(value).every(([key, each]) => name(key) && !key.includes("=") && text(each));

const signal = one("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL");
const within = { withinMs: number };

const READINESS: Readonly<Record<Readiness["by"], Shape>> = {
  start: fields({}),
  message: fields(within),
  port: fields({ ...within, port: whole, host: text }),
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

/** More places than a machine has processes for. */
const MOST_INSTANCES = 10_000;

export const isAppSpec: Shape = fields<AppSpec>({
  directory: path,
  name,
  source: orNull(path),
  namespace: text,
  argv: (value) => list(text)(value) && Array.isArray(value) && name(value[0]),
  script: orNull(path),
  cwd: path,
  env: variables,
  shellEnv: variables,
  shellFilter: fields<AppSpec["shellFilter"]>({ all: flag, containing: list(text), named: list(text) }),
  instances: (value) => whole(value) && Number(value) <= MOST_INSTANCES,
  execMode: one("fork", "cluster"),
  instanceVariable: text,
  incrementVariable: orNull(name),
  restart: fields<AppSpec["restart"]>({
    when: one("always", "on-failure", "no"),
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
    uid: orNull(whole),
    gid: orNull(whole),
    umask: orNull(whole),
    noNewPrivileges: flag,
    dropCapabilities: list(text),
  }),
});

const selection = fields<Selection>({ words: list(text), directory: path });
const specs = list(isAppSpec, MOST_INSTANCES);

const QUESTIONS: Readonly<Record<keyof typeof MANAGER.routes, readonly Shape[]>> = {
  apps: [orNull(selection)],
  start: [specs, fields<StartOptions>({ ifRunning: one("keep", "restart", "reload"), updateEnv: flag })],
  startAgain: [
    selection,
    fields<StartOptions>({ ifRunning: one("keep", "restart", "reload"), updateEnv: flag }),
  ],
  stopApps: [selection],
  restart: [
    selection,
    fields<RestartOptions>({ how: one("restart", "reload"), parallel: flag, shellEnv: orNull(variables) }),
  ],
  remove: [selection],
  scale: [selection, text],
  reset: [selection],
  signal: [selection, text],
  flush: [selection],
  rotateLogs: [selection],
  apply: [specs, path, fields<ApplyOptions>({ prune: flag, dryRun: flag })],
  save: [],
  resurrect: [],
  kill: [],
  events: [],
};

export const isQuestion = (route: string, parameters: readonly unknown[]): boolean => {
  const shapes = Object.entries(QUESTIONS).find(([each]) => each === route)?.[1];
  return (
    shapes !== undefined &&
    shapes.length === parameters.length &&
    shapes.every((is, at) => is(parameters[at]))
  );
};

type ManagerAnswers = Answers<typeof MANAGER.routes>;

/** The same answers, to proper questions only. */
export function answeringOnly(answers: ManagerAnswers): ManagerAnswers {
  const checked = Object.entries(answers).map(([route, answer]) => [
    route,
    (...parameters: readonly unknown[]) => {
      if (!isQuestion(route, parameters))
        throw new TypeError(`That is no question that /${route} takes: nothing was done.`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has just been looked at
      return (answer as (...all: readonly unknown[]) => unknown)(...parameters);
    },
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same names
  return Object.fromEntries(checked) as ManagerAnswers;
}
