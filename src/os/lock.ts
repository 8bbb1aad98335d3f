/** What every kind of lock shares: how a holder is held, and what it says about itself. */
import { isRecord, parsedJson } from "../text/json.ts";

/** Held until disposed or dead. */
export interface Lock extends Disposable {
  readonly path: string;
  /** Whether whoever asks for this path meets this lock: false once somebody removed the file, or its directory. */
  isInForce(): boolean;
}

/** The holder of a lock, as it wrote itself down; the pid is checked against the kernel's list. */
export interface LockHolder {
  readonly pid: number;
  /** Clock ticks since boot; with the pid it says which process. 0 = not known. */
  readonly startTicks: number;
  /** Unix epoch ms. 0 = not known. */
  readonly since: number;
  readonly command?: string;
  readonly project?: string;
}

export type LockNote = Pick<LockHolder, "command" | "project">;

export const UNKNOWN_HOLDER: LockHolder = { pid: 0, startTicks: 0, since: 0 };

/** Holder info from a lock file's text; null when it is empty or not ours. */
export function parseHolder(text: string): LockHolder | null {
  const value = parsedJson(text);
  const { pid, startTicks, since, command, project } = isRecord(value) ? value : {};
  if (typeof pid !== "number") return null;
  return {
    pid,
    startTicks: Number(startTicks) || 0,
    since: Number(since) || 0,
    ...(typeof command === "string" && { command }),
    ...(typeof project === "string" && { project }),
  };
}
