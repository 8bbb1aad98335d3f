/**
 * Who is back. A twin runs the same program in the same place and was not there before. It is either the victim
 * in a new skin (Z08, Z13), which dies too, or a supervisor's doing (Z09), which is said and left alone: killing a
 * supervised leaf again and again helps nobody. Pure.
 */
import { resolve } from "node:path";
import { sameSession, type ProcessSample } from "../core/process.ts";

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

/** What starts itself again often counts: `work.ts`, `/project/work.ts 2`, `/project/work.ts 3`. */
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

/** Whom a twin hangs at. */
export interface Parent {
  readonly pid: number;
  readonly command: string;
}

export interface Victim {
  readonly sample: ProcessSample;
  /** The service it belonged to; null = none. */
  readonly service: string | null;
}

/** Programs that take in orphans (as pid 1, or by PR_SET_CHILD_SUBREAPER) and start nothing again by themselves. */
const REAPER = /^(?:\S*\/)?(?:tini|dumb-init|docker-init|catatonit|containerd-shim\S*|conmon)(?:\s|$)/;
/** A shell takes in orphans only as pid 1. */
const SHELL = /^(?:\S*\/)?-?(?:sh|dash|bash|ash)(?:\s|$)/;
const SYSTEMD = /^(?:\S*\/)?(?:systemd|init)(?:\s|$)/;

export const isReaper = ({ pid, command }: Parent): boolean =>
  pid === 1 || SYSTEMD.test(command) || REAPER.test(command);

/**
 * - a parent that is no reaper started it on purpose: supervised;
 * - at a reaper that was not the victim's parent: nobody else's child, a successor;
 * - at the same reaper, in the same session: a successor. A service manager gives each start its own session;
 * - at the same reaper, in a session of its own: a successor where the reaper restarts nothing by itself, that is
 *   a plain one, or systemd when the victim belonged to no service.
 */
export const originOf = (victim: Victim, twin: ProcessSample, parent: Parent): "successor" | "supervised" => {
  if (!isReaper(parent)) return "supervised";
  if (victim.sample.ppid !== parent.pid || sameSession(victim.sample.sid, twin.sid)) return "successor";
  if (REAPER.test(parent.command) || SHELL.test(parent.command)) return "successor";
  return SYSTEMD.test(parent.command) && victim.service === null ? "successor" : "supervised";
};
