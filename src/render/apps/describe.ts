/** `bunctl describe`: all that is known of an instance, one fact a line. */
import type { Readiness, RunAs } from "../../core/app/app-spec.ts";
import type { AppDocument, InstanceDocument } from "../../wire/manager.ts";
import { formatDate, formatDuration } from "../../text/duration.ts";
import { commandLine } from "../../text/mask.ts";
import { bold, dim, plural } from "../../text/style.ts";
import { bytes, duration } from "../../text/wording.ts";
import { instanceName } from "./table.ts";

export type Fact = readonly [name: string, value: string | null];

const LABEL_WIDTH = 16;

/** A null is not known, or not so. */
export const instanceFacts = (app: AppDocument, instance: InstanceDocument, at: number) => ({
  state: stateWords(app, instance, at),
  runs: runs(app, instance, at),
  policy: policy(app),
  limits: limits(app, instance),
  files: files(instance),
  lastErrorLines: instance.lastExit?.lastErrorLines ?? [],
});

/** What its state means for the next moments. */
function stateWords({ spec }: AppDocument, { state, untilMs }: InstanceDocument, at: number): string {
  const left = untilMs === null || untilMs <= at ? null : duration(untilMs - at);
  switch (state) {
    case "online":
      return "online";
    case "starting":
      return spec.readiness.by === "start" ? "starting" : `starting: ready ${readyWords(spec.readiness)}`;
    case "stopping":
      return "its processes are being ended";
    case "waiting":
      if (left !== null) return `it has ended, and starts again in ${left}`;
      return spec.dependsOn.length > 0
        ? `it starts when ready: ${spec.dependsOn.join(", ")}`
        : "it has ended, and starts again";
    case "retrying":
      return `it has failed too often in a row, and is tried again ${left === null ? "at long intervals" : `in ${left}`}`;
    case "stopped":
      return "stopped";
  }
}

/** Lines. What is not known, or not so, is left out. */
export function describeInstance(app: AppDocument, instance: InstanceDocument, at: number): string[] {
  const {
    state,
    runs: run,
    policy: kept,
    limits: limited,
    files: written,
  } = instanceFacts(app, instance, at);
  const facts: readonly Fact[] = [["state", state], ...run, ...kept, ...limited, ...written];
  const lines = facts.flatMap(([name, value]) =>
    value === null ? [] : [`  ${dim(name.padEnd(LABEL_WIDTH))} ${value}`],
  );
  return [bold(`${instance.id} ${instanceName({ app, instance })}`), ...lines, ...errors(instance)];
}

function runs({ spec }: AppDocument, instance: InstanceDocument, at: number): readonly Fact[] {
  const { root, startedMs, createdMs, restarts, unstableRestarts, lastExit, adopted } = instance;
  const unstable = unstableRestarts === 0 ? "" : `, ${plural(unstableRestarts, "failure")} in a row`;
  return [
    ["command", commandLine(spec.argv)],
    ["directory", spec.cwd],
    ["declared in", spec.source ?? "no file: it was started by hand"],
    ["namespace", spec.namespace === "default" ? null : spec.namespace],
    ["pid", root === null ? null : `${root.pid}${adopted ? " (adopted from an earlier manager)" : ""}`],
    [
      "started",
      startedMs === null ? null : `${formatDate(startedMs)}, ${formatDuration(at - startedMs)} ago`,
    ],
    ["known since", formatDate(createdMs)],
    ["restarts", `${restarts}${unstable}`],
    ["last exit", lastExit === null ? null : `${formatDate(lastExit.atMs)}: ${lastExit.words}`],
  ];
}

function policy({ spec }: AppDocument): readonly Fact[] {
  const { restart, stop, readiness, dependsOn, watch, cron, identity } = spec;
  const { when, stopExitCodes } = restart;
  const but = stopExitCodes.length === 0 ? "" : `, but not after exit code ${stopExitCodes.join(", ")}`;
  return [
    ["restarts it", `${when}${but}`],
    ["stops it", stop.byMessage ? `message "shutdown", then ${stop.signal}` : stop.signal],
    ["grace", duration(stop.graceMs)],
    ["ready", readyWords(readiness)],
    ["depends on", dependsOn.length === 0 ? null : dependsOn.join(", ")],
    ["watches", watch === null ? null : watch.paths.join(", ")],
    ["restarts at", cron],
    ["runs with", identityWords(identity)],
  ];
}

function identityWords(identity: RunAs): string | null {
  const { uid, gid, umask, noNewPrivileges, dropCapabilities } = identity;
  const words = [
    uid === null ? [] : `uid ${uid}`,
    gid === null ? [] : `gid ${gid}`,
    umask === null ? [] : `umask ${umask.toString(8).padStart(4, "0")}`,
    noNewPrivileges ? "no new privileges" : [],
    dropCapabilities.length === 0 ? [] : `without capabilities: ${dropCapabilities.join(", ")}`,
  ].flat();
  return words.length === 0 ? null : words.join(", ");
}

function readyWords(readiness: Readiness): string | null {
  const within = readiness.by === "start" ? "" : `within ${duration(readiness.withinMs)}`;
  switch (readiness.by) {
    case "start":
      return null;
    case "message":
      return `when it sends the message "ready", ${within}`;
    case "port":
      return `when it listens on port ${readiness.port}, ${within}`;
    case "http":
      return `when ${readiness.url} answers, ${within}`;
    case "log":
      return `when its output has ${readiness.pattern}, ${within}`;
  }
}

function limits({ spec }: AppDocument, instance: InstanceDocument): Fact[] {
  const { memoryBytes, cpuPercent, processes, descriptors, enforcement } = instance;
  const limit = spec.limits;
  const by = { kernel: "the kernel", sampled: "sampling", none: "nobody" } as const;
  const memory = limit.memoryBytes === null ? "no limit" : `limit ${bytes(limit.memoryBytes)}`;
  const keeper =
    enforcement === null || limit.memoryBytes === null ? "" : `, kept by ${by[enforcement.memory]}`;
  const why = (enforcement?.whyNot ?? null) === null ? "" : ` (${enforcement?.whyNot})`;
  const caps = (enforcement?.caps ?? []).map(({ cap, limit: kept, whyNot }): Fact => {
    const value = kept ?? limit[cap];
    const otherwise =
      cap === "threads"
        ? "kept by nobody"
        : "kept by sampling: who uses more for a minute without progress is ended";
    const keeping = kept === null ? `${otherwise} (${whyNot ?? "no reason known"})` : "kept by the kernel";
    return cap === "threads"
      ? ["threads", `${value}, ${keeping}`]
      : ["CPU limit", `${value} % of a core, ${keeping}`];
  });
  return [
    ["memory", `${memoryBytes === null ? "" : `${bytes(memoryBytes)}, `}${memory}${keeper}${why}`],
    ["CPU", cpuPercent === null ? null : `${Math.round(cpuPercent)} % of a core`],
    ...caps,
    ["processes", processes === null ? null : String(processes)],
    ["open files", descriptors === null ? null : String(descriptors)],
  ];
}

const files = ({ outFile, errFile, pidFile, lostLines }: InstanceDocument): readonly Fact[] => [
  ["output", outFile],
  ["errors", errFile],
  ["pid file", pidFile],
  ["lost lines", lostLines === 0 ? null : String(lostLines)],
];

const errors = ({ lastExit }: InstanceDocument): readonly string[] =>
  lastExit === null || lastExit.lastErrorLines.length === 0
    ? []
    : ["  last lines on its standard error:", ...lastExit.lastErrorLines.map((line) => `    ${line}`)];
