/** Finds the monitor that has the say over a scope: at most one, whatever shell or project started it. */
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { printable } from "../core/mask.ts";
import type { Policy } from "../core/policy.ts";
import { findMonitor, SilentMonitorError, type RunningMonitor } from "../monitor/control-client.ts";
import { ownRuntimeDirectories, runtimePath } from "../os/runtime-directory.ts";
import { listenerAccount } from "../os/select.ts";
import { isWithin } from "../core/match.ts";
import { formatDate } from "./duration.ts";
import { monitorName } from "./scope.ts";
import { SilentMonitor } from "./silent-monitor.ts";
import { uid } from "./watch-ports.ts";

/**
 * Every socket of this account's monitors in this PID namespace; a monitor may no longer listen on it. Whoever else
 * listens on one is not asked.
 */
function sockets(): string[] {
  return ownRuntimeDirectories(uid()).flatMap((directory) => {
    const ending = basename(runtimePath(directory, "", "sock"));
    return namesIn(directory)
      .filter((name) => name.startsWith("monitor-") && name.endsWith(ending))
      .map((name) => join(directory, name))
      .filter((path) => isBelieved(listenerAccount(path)));
  });
}

/** Root may ask and answer everybody. Null: nobody is there, which who connects finds out. */
const isBelieved = (account: number | null): boolean =>
  account === null || account === uid() || account === 0;

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    // no monitor has run for this account since the machine started
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/**
 * covering: who has the say over all that this scope is about (I10: a job has one killer). overlapping: also who would act
 * on some of the same jobs. here: whoever watches this project, whatever scope it, and this command, were started with.
 */
export type Wanted = "covering" | "overlapping" | "here";

/** The live monitor of that kind, this project's own first; null = nobody watches. */
export async function monitorOver(
  policy: Scoped,
  wanted: Wanted = "covering",
): Promise<RunningMonitor | null> {
  const found: RunningMonitor[] = [];
  for (const path of sockets()) {
    if (wanted !== "overlapping" && isOfAnotherProject(path, policy)) continue;
    const monitor = await findOrName(path);
    if (monitor !== null && isWanted(monitor, policy, wanted)) found.push(monitor);
  }
  return found.find(({ about }) => about.scope === "project") ?? found[0] ?? null;
}

/** One that watches its own project alone: what it does, or that it does nothing, is no matter here. */
const isOfAnotherProject = (socket: string, { projectRoot }: Scoped): boolean =>
  basename(socket).startsWith("monitor-project-") &&
  !projectsAbove(projectRoot).some((project) =>
    basename(socket).startsWith(monitorName({ scope: "project", projectRoot: project })),
  );

const projectsAbove = (path: string): readonly string[] =>
  path === dirname(path) ? [path] : [path, ...projectsAbove(dirname(path))];

/** @throws SilentMonitor, MonitorError */
async function findOrName(path: string): Promise<RunningMonitor | null> {
  try {
    return await findMonitor(path);
  } catch (error) {
    if (!(error instanceof SilentMonitorError)) throw error;
    const silent = SilentMonitor.behind(path, error);
    if (silent === null) throw error;
    throw silent;
  }
}

type Scoped = Pick<Policy, "scope" | "projectRoot">;

const WIDTH = { project: 0, nearest: 1, user: 1, machine: 2 } as const;

function isWanted({ about }: RunningMonitor, policy: Scoped, wanted: Wanted): boolean {
  const isWide = WIDTH[about.scope] >= WIDTH[policy.scope];
  if (about.scope === "project") {
    const isHere = isWithin(policy.projectRoot, about.project);
    return wanted === "overlapping"
      ? isHere || isWithin(about.project, policy.projectRoot) || policy.scope !== "project"
      : isHere && (wanted === "here" || isWide || policy.scope === "nearest");
  }
  return isWide || wanted !== "covering";
}

/** One line that says who watches. */
export function describeMonitor({ about }: RunningMonitor): string {
  return `pid ${about.pid}, started in ${printable(about.project)} (scope ${about.scope}, mode ${about.mode}, since ${formatDate(about.sinceMs)})`;
}
