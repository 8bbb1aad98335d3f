/**
 * Finds processes that came back. A twin runs the same program in the same place and was not there before. It goes on for
 * the victim (Z08, Z13; successors.ts), or a supervisor has started it (Z09), which is said and left alone: killing a
 * supervised leaf again and again helps nobody; or somebody has started it anew, which is no return at all. Pure.
 */
import { resolve } from "node:path";
import { isPrompt } from "../core/process/prompt.ts";
import type { ProcessSample } from "../core/process/process.ts";

/** What cannot be read is equal to nothing. */
export const isTwin = (victim: ProcessSample, other: ProcessSample): boolean =>
  victim.runtime !== "other" &&
  victim.id.exe !== null &&
  victim.id.exe === other.id.exe &&
  victim.uid === other.uid &&
  victim.cwd !== null &&
  victim.cwd === other.cwd &&
  (hasSameArguments(victim, other) || hasSameScript(victim, other));

/** Without the first: "bun", or the path of the executable that is compared by inode anyway. */
export const hasSameArguments = ({ argv: a }: ProcessSample, { argv: b }: ProcessSample): boolean =>
  a !== null &&
  b !== null &&
  a.length > 0 &&
  a.length === b.length &&
  a.every((text, i) => i === 0 || text === b[i]);

/** A program that starts itself again often counts: `work.ts`, `/project/work.ts 2`, `/project/work.ts 3`. */
const hasSameScript = (a: ProcessSample, b: ProcessSample): boolean => {
  const script = scriptOf(a);
  return script !== null && script === scriptOf(b);
};

const scriptOf = ({ argv, cwd }: ProcessSample): string | null => {
  const script = argv?.slice(1).find((text) => !text.startsWith("-") && text !== "run");
  // after an option it may be that option's value: an inline program, a port
  const first = argv?.[1] === "run" ? argv[2] : argv?.[1];
  return script !== undefined && script === first && cwd !== null ? resolve(cwd, script) : null;
};

export interface TwinParent {
  readonly pid: number;
  readonly command: string;
}

interface Circumstances {
  /** The victim had lost its parent: the reaper that it hung at had not started it. */
  readonly wasOrphan: boolean;
  readonly cameAfter: boolean;
}

/** Programs that take in orphans as pid 1 does, and may be service managers. */
const REAPER =
  /^(?:\S*\/)?(?:systemd|init|tini|dumb-init|docker-init|catatonit|containerd-shim\S*|conmon)(?:\s|$)/;

const isReaper = ({ pid, command }: TwinParent): boolean => pid === 1 || REAPER.test(command);

/**
 * The twin was started by the same process as the victim, without being asked by a person: at a prompt somebody may type the
 * same once more. At a reaper hang also those who were meant to be on their own; a service manager starts a program again
 * once it has ended, whoever deploys one before that is somebody else.
 */
export const isRestart = (
  victim: ProcessSample,
  twin: ProcessSample,
  parent: TwinParent,
  { wasOrphan, cameAfter }: Circumstances,
): boolean =>
  parent.pid === victim.ppid &&
  !isPrompt(parent.command, twin.terminal) &&
  (!isReaper(parent) || (cameAfter && !wasOrphan));
