/**
 * `monitor -- <command>`: all that runs below the command is the one job that somebody waits for, whatever shell, npm or
 * turbo stands in between. It has no limit on its number and none on its age: the command's end is its own.
 */
import type { History } from "./history.ts";
import type { Job } from "../process/job.ts";
import type { Self } from "./policy.ts";
import { processKey, type ProcessSample } from "../process/process.ts";
import { ancestorsOf, byPid } from "../process/tree.ts";

/** A process that has lost the parent that started it is below nobody any more: the usual limits hold for it. */
export function isBelowCommand(
  process: ProcessSample,
  { members }: Job,
  history: History,
  { commandPids }: Self,
): boolean {
  if (commandPids === undefined) return false;
  const isCommand = (pid: number): boolean => commandPids.has(pid);
  const line = [process, ...ancestorsOf(process, byPid(members))];
  if (line.some(({ id }) => isCommand(id.pid))) return true;
  const top = line.at(-1) ?? process;
  const known = history.processes.get(processKey(top.id));
  return known !== undefined && known.parent.pid === top.ppid && known.ancestors.some(isCommand);
}

/** Was born below it, whether or not it is there still. */
export const wasBornBelow = ({ id }: ProcessSample, history: History, commandPid: number): boolean =>
  id.pid === commandPid || (history.processes.get(processKey(id))?.ancestors.includes(commandPid) ?? false);
