/** Starting a job's root: Bun's own spawn, nothing between us and it. */
import type { Launched, RootEnd, SpawnRequest } from "../../../ports.ts";
import { becameIt, ignoringToo } from "../ignored-signals.ts";
import { processId } from "../process-id.ts";
import { ownChild } from "./own-children.ts";

/** µs, as getrusage(2) counts; Bun gives a number or a bigint. */
const US_PER_MS = 1_000;

/**
 * `cgroup`: of the unified hierarchy; the child begins its life there (CLONE_INTO_CGROUP). Not detached: it shares our
 * session and process group, so that Ctrl-C, Ctrl-Z, fg and the window's size reach it as if we were not there.
 * Throws an Error with the code of execve(2).
 */
export const spawnRoot = (request: SpawnRequest, cgroup?: string): Launched => {
  const child = Bun.spawn([...ignoringToo(request.argv)], {
    cwd: request.cwd,
    env: { ...request.env },
    stdio: [...request.streams],
    ...(cgroup !== undefined && { cgroup }),
  });
  ownChild(child);
  becameIt(child.pid);
  const id = processId(child.pid);
  // not reaped before the event loop turns: it may be a zombie, but it is there
  if (id === null) {
    child.kill("SIGKILL");
    throw new Error(`The program just started (pid ${child.pid}) cannot be found in /proc, and was killed.`);
  }
  return {
    id,
    ended: endOf(child),
    signal: (name) => {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      child.kill(name);
      return true;
    },
  };
};

const endOf = async (child: Bun.Subprocess): Promise<RootEnd> => {
  await child.exited;
  const usage = child.resourceUsage();
  return {
    code: child.signalCode === null ? child.exitCode : null,
    signal: child.signalCode === null ? null : String(child.signalCode),
    cpuMs: usage === undefined ? 0 : Number(usage.cpuTime.total) / US_PER_MS,
    maxRssBytes: usage?.maxRSS ?? 0,
  };
};
