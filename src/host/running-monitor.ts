/** Finds the monitor that has the say over a scope: at most one, whatever shell or project started it. */
import { basename, dirname } from "node:path";
import { printable } from "../text/mask.ts";
import type { Policy } from "../core/judge/policy.ts";
import { connect, SilentServiceError, type RunningMonitor, ServiceError } from "../wire/client.ts";
import { MONITOR } from "../wire/monitor.ts";
import { acquireLock, openControl } from "../os/select.ts";
import { isWithin } from "../core/judge/match.ts";
import { formatDate } from "../text/duration.ts";
import { monitorName } from "./scope.ts";
import { socketsOf } from "./sockets.ts";
import { endSilent } from "../kill/end-silent.ts";
import type { LockHolder } from "../os/lock.ts";
import { typed } from "../trust/typed.ts";
import { holderNow } from "./holder.ts";

/**
 * covering: who has the say over all that this scope is about (I10: a job has one killer). overlapping: also who would act
 * on some of the same jobs. here: whoever watches this project, whatever scope it, and this command, were started with.
 */
type Wanted = "covering" | "overlapping" | "here";

/** The live monitor of that kind, this project's own first; null = nobody watches. */
export async function monitorOver(
  policy: Scoped,
  wanted: Wanted = "covering",
): Promise<RunningMonitor | null> {
  const found: RunningMonitor[] = [];
  for (const path of socketsOf("monitor-")) {
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

/** @throws SilentMonitor, ServiceError */
async function findOrName(path: string): Promise<RunningMonitor | null> {
  try {
    return await connect(path, MONITOR);
  } catch (error) {
    if (!(error instanceof SilentServiceError)) throw error;
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

export function describeMonitor({ about }: RunningMonitor): string {
  return `pid ${about.pid}, started in ${printable(about.project)} (scope ${about.scope}, mode ${about.mode}, since ${formatDate(about.sinceMs)})`;
}

export class SilentMonitor extends ServiceError {
  readonly #holder: LockHolder;
  /** "pid 5, started in /x, is stopped (SIGSTOP, or a paused container) and does not answer". */
  readonly who: string;

  private constructor(holder: LockHolder, state: string, cause: Error) {
    const who = `pid ${holder.pid}${holder.project === undefined ? "" : `, started in ${holder.project}`}, ${state}`;
    super(
      `The monitor ${who}.\nReplace it: ${typed("monitor --restart")}. Act without it: ${typed("cleanup --force")}, or stop --force`,
      { cause },
    );
    this.#holder = holder;
    this.who = who;
  }

  /** null: nobody holds the lock beside that socket, or somebody of whom no more is known. */
  static behind(socket: string, cause: Error): SilentMonitor | null {
    const lock = acquireLock(socket.replace(/\.sock$/, ".lock"));
    if (!("heldBy" in lock)) {
      lock[Symbol.dispose]();
      return null;
    }
    const { heldBy } = lock;
    return heldBy.pid <= 1 ? null : new SilentMonitor(heldBy, stateOf(heldBy), cause);
  }

  /** Resolves to how it came about, in words. @throws ServiceError when it is still there. */
  async end(graceMs: number): Promise<string> {
    const id = holderNow(this.#holder);
    if (id === null) return "it had ended by itself";
    const how = await endSilent(id, openControl(), graceMs);
    if (how !== null) return how;
    throw new ServiceError(
      `The monitor ${this.who}, and SIGKILL does not end it. Look at: ps -o pid,stat,wchan,args`,
      {
        cause: this,
      },
    );
  }
}

function stateOf({ pid }: LockHolder): string {
  const control = openControl();
  const id = control.identify(pid);
  const pin = id === null ? "gone" : control.pin(id);
  if (typeof pin === "string") return "does not answer";
  using held = pin;
  const status = held.status();
  if (status?.frozen === true) return "is in a frozen control group and does not answer";
  return status?.state === "stopped"
    ? "is stopped (SIGSTOP) and does not answer"
    : "hangs: it runs and does not answer";
}

/**
 * The monitor that `find` finds; where it is silent and somebody insists, a warning and null: they do without it. A job has
 * one killer, and this one does not kill.
 */
export async function unlessSilent<T>(
  find: Promise<T | null>,
  insists: boolean,
  warn = console.error,
): Promise<T | null> {
  try {
    return await find;
  } catch (error) {
    if (!(error instanceof SilentMonitor) || !insists) throw error;
    warn(
      `warning: the monitor ${error.who}. This goes on without it; replace it: ${typed("monitor --restart")}`,
    );
    return null;
  }
}
