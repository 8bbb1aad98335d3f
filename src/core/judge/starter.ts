/**
 * Finds the process that has started several programs as one piece of work: make -j, xargs -P, turbo, `pnpm -r`, concurrently. What people
 * count is that work, so its jobs count as one, while each is judged by itself.
 *
 * A task runner ends when its work is done. So no supervisor is one (pm2, supervisord, systemd: each of their services was
 * asked for by itself), and neither is a shell at a prompt, a coding agent, an editor, cron or a program nobody knows.
 */
import type { Parent, History } from "./history.ts";
import { anyOf, namesWhere } from "../process/known-programs.ts";
import { SHELL_ALONE } from "../process/prompt.ts";
import type { Job } from "../process/job.ts";
import { processKey } from "../process/process.ts";
import type { JudgedJob } from "./verdict.ts";

const RUNNERS = namesWhere(({ work }) => work === "gathers");

/** Stand between a runner and what it runs, and end with that. */
const WRAPPERS = namesWhere(({ is, work }) => is !== "shell" && work === "between");

const INTERPRETERS = new Set([...namesWhere(({ is }) => is === "interpreter"), "sh", "bash"]);

/** Of a package whose script has a name of its own: `…/npm-run-all/bin/run-p/index.js`, `…/turbo/bin/turbo`. */
const PACKAGE = /\/node_modules\/(?:@[^/]+\/)?([^/.][^/]*)\//g;

const SHELL = new RegExp(
  String.raw`^(?:\S*/)?-?${anyOf(namesWhere(({ is, work }) => is === "shell" && work === "between"))}(?:\s|$)`,
  "u",
);

/**
 * The topmost task runner above a process, through other runners and the shells and wrappers that run their commands;
 * null = none.
 */
export function starterOf(ancestors: Iterable<Parent>): Parent | null {
  let starter: Parent | null = null;
  for (const ancestor of ancestors) {
    const command = ancestor.command ?? "";
    const names = namesOf(command);
    if (names.some((name) => RUNNERS.has(name))) starter = ancestor;
    else if (!isCommandShell(command) && !names.some((name) => WRAPPERS.has(name))) break;
  }
  return starter;
}

const isCommandShell = (command: string): boolean => SHELL.test(command) && !SHELL_ALONE.test(command);

/** Of the program, and of the script that an interpreter runs, with the packages that it is part of. */
function namesOf(command: string): readonly string[] {
  const [program = "", ...rest] = command.split(/\s+/);
  if (!INTERPRETERS.has(nameOf(program))) return [nameOf(program)];
  const script = rest.find((word) => !word.startsWith("-")) ?? "";
  return [nameOf(script), ...[...script.matchAll(PACKAGE)].map(([, name = ""]) => name)];
}

/** "/usr/bin/make" → "make", ".yarn/releases/yarn-4.1.0.cjs" → "yarn". */
const nameOf = (path: string): string =>
  path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.[cm]?js$|\.py$|\.rb$|\.exe$/, "")
    .replace(/-\d+(?:\.\d+)*$/, "");

/** Equal for jobs that count as one. What has lost its starter is nobody's work any more, and counts by itself. */
export function launchOf({ id, root }: Job, { processes }: History): string {
  const known = processes.get(processKey(root.id));
  const starter = known?.parent.pid === root.ppid ? known.starter : null;
  return starter === null ? id : `${starter.pid} ${starter.command ?? ""}`;
}

export const byLaunch = <Item extends Pick<JudgedJob, "launch">>(
  jobs: readonly Item[],
): readonly (readonly Item[])[] => [...Map.groupBy(jobs, ({ launch }) => launch).values()];

/** How many there are of those that take one of the maxConcurrentProcesses. */
export const countedLaunches = (jobs: readonly JudgedJob[]): number =>
  byLaunch(jobs.filter(({ counts }) => counts)).length;
