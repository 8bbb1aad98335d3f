/** Finds the monitor that has the say over a scope: at most one, whatever shell or project started it. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Policy } from "../core/policy.ts";
import { findMonitor, type RunningMonitor } from "../monitor/control-client.ts";
import { ownRuntimeDirectories, runtimePath } from "../os/runtime-directory.ts";
import { listenerAccount } from "../os/select.ts";
import { formatDate } from "./duration.ts";
import { monitorName } from "./scope.ts";
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
 * The live monitor whose scope covers this one: the same, or a wider one (I10: a job has one killer). With
 * `overlapping`, also a narrower one, which would act on some of the same jobs. null = nobody watches.
 */
export async function monitorOver(
  policy: Pick<Policy, "scope" | "projectRoot">,
  { overlapping = false } = {},
): Promise<RunningMonitor | null> {
  const own = monitorName(policy);
  const width = { project: 0, nearest: 1, user: 1, machine: 2 } as const;
  for (const path of sockets()) {
    const found = await findMonitor(path);
    if (found === null) continue;
    const { scope } = found.about;
    const same =
      basename(path).startsWith(`${own}-`) ||
      monitorName({ scope, projectRoot: found.about.project }) === own;
    if (same || width[scope] > width[policy.scope]) return found;
    if (overlapping && width[scope] < width[policy.scope]) return found;
  }
  return null;
}

/** One line that says who watches. */
export function describeMonitor({ about }: RunningMonitor): string {
  return `pid ${about.pid}, started in ${about.project} (scope ${about.scope}, mode ${about.mode}, since ${formatDate(about.sinceMs)})`;
}
