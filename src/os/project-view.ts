/** Scope "project": a job is in view as a whole, by where its topmost Bun process works, or its script lies. */
import type { ProcessSample } from "../core/process/process.ts";

export const projectView = (
  processes: ReadonlyMap<number, ProcessSample>,
  projectRoot: string,
): ReadonlyMap<number, ProcessSample> => {
  const inView = new Map<number, ProcessSample>();
  for (const [pid, process] of processes) {
    const top = topmostBun(process, processes);
    const isIn = isBelow(top?.cwd ?? null, projectRoot) || isBelow(top?.scriptPath ?? null, projectRoot);
    if (isIn) inView.set(pid, process);
  }
  return inView;
};

/** The farthest ancestor that runs Bun, or the process itself. */
const topmostBun = (
  process: ProcessSample,
  processes: ReadonlyMap<number, ProcessSample>,
): ProcessSample | undefined => {
  let topmost: ProcessSample | undefined;
  const walked = new Set<number>();
  for (let at: ProcessSample | undefined = process; at !== undefined; at = processes.get(at.ppid)) {
    if (walked.has(at.id.pid)) break;
    walked.add(at.id.pid);
    if (at.runtime !== "other") topmost = at;
  }
  return topmost;
};

const isBelow = (path: string | null, root: string): boolean => {
  if (path === null) return false;
  const directory = root.endsWith("/") ? root : `${root}/`;
  return path === root || path.startsWith(directory);
};
