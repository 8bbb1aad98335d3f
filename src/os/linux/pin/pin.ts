/** Identity first: open a handle, read who it is *after* that, and ask again before every signal (I2). */
import { constants } from "node:os";
import type { Signal } from "../../../core/plan/outcome.ts";
import type { Mark, ProcessId } from "../../../core/process/process.ts";
import type { Pin, PinStatus } from "../../../ports/control.ts";
import { executableId } from "../proc/executable.ts";
import { ExitWatch } from "./exit-watch.ts";
import { cString, Errno, getpid } from "../ffi.ts";
import { isFrozen } from "../proc/freezer.ts";
import { writeMark } from "../proc/marks.ts";
import { type Handle, openHandle, systemError } from "./pidfd.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { standing } from "../proc/process-id.ts";
import { tracerOf } from "../proc/unreaped.ts";
import { newStat, parseStat } from "../proc/stat.ts";

type Reading = ReturnType<typeof standing>;

const line = newStat();

/** The longest grace that can be configured is ten minutes. */
const LONGEST_KILL_MS = 3_600_000;

/** What says nothing about the process: the reading could not be made. */
const SHORTAGES: ReadonlySet<number> = new Set([-Errno.EMFILE, -Errno.ENFILE, -Errno.ENOMEM]);

/** One consistent reading of /proc/PID/stat; null = nobody has the pid. Throws where that cannot be found out. */
const readStat = (proc: ProcFiles, pid: number): Reading | null => {
  const length = proc.read(pid, ENTRY.stat);
  if (SHORTAGES.has(length)) throw systemError(`Reading /proc/${pid}/stat`, length);
  if (length < 0 || !parseStat(proc.scratch, length, line)) return null;
  return standing(pid, line);
};

/**
 * The executable, also of a process whose first thread has ended while others live: that leader has no memory
 * any more, so its own link is dangling, and only a living thread's link tells.
 */
const executableOf = (proc: ProcFiles, pid: number, reading: Reading): string | null => {
  const own = executableId(proc, pid);
  if (own !== null || reading.state !== "zombie" || reading.threads <= 1) return own;
  const tasks = proc.numbers(`${pid}/task`);
  // a number: it ended between two looks
  for (const task of typeof tasks === "number" ? [] : tasks) {
    const exe = executableId(proc, pid, cString(`/task/${task}/exe`));
    if (exe !== null) return exe;
  }
  return null;
};

/** The process that has this pid now; null when none has. */
export const identify = (proc: ProcFiles, pid: number): ProcessId | null => {
  const reading = readStat(proc, pid);
  return reading && { pid, startTicks: reading.startTicks, exe: executableOf(proc, pid, reading) };
};

/**
 * Opens, then verifies. Throws for a pid that must never be signalled (I1: a bug in the caller) and when the
 * system is out of descriptors (code EMFILE, ENFILE, ENOMEM).
 */
export const openPin = (
  proc: ProcFiles,
  id: ProcessId,
  open: typeof openHandle = openHandle,
): Pin | "gone" | "identity-changed" => {
  if (!Number.isSafeInteger(id.pid) || id.pid <= 1 || id.pid === getpid()) {
    throw new Error(`Refused to pin pid ${id.pid}: 0, 1 and this process are never targets. This is a bug.`);
  }
  const handle = open(id.pid);
  if (handle === -Errno.ESRCH) return "gone";
  if (typeof handle === "number") throw systemError(`pidfd_open(${id.pid})`, handle);
  let found: ReturnType<typeof verify> | null = null;
  try {
    found = verify(proc, id, handle);
    if (found === "same") return new LinuxPin(proc, id, handle);
    return found;
  } finally {
    if (found !== "same") handle.close();
  }
};

/**
 * The handle's process has the pid until it is reaped. So when it is not reaped *after* a reading by pid,
 * that reading was of this process.
 */
const verify = (proc: ProcFiles, id: ProcessId, handle: Handle): "same" | "gone" | "identity-changed" => {
  const reading = readStat(proc, id.pid);
  const exe = reading && executableOf(proc, id.pid, reading);
  // the kernel marks it before it takes its executable away, so it is read after that
  const isExiting = exe === null && readStat(proc, id.pid)?.isExiting === true;
  if (handle.reaped()) return "gone";
  if (reading === null) return "gone";
  if (reading.startTicks !== id.startTicks) return "identity-changed";
  // What has ended, or is ending, shows no executable, and no signal can do harm to it.
  if (id.exe === null || exe === id.exe) return "same";
  if (exe === null && (isExiting || handle.ended())) return "same";
  return "identity-changed";
};

class LinuxPin implements Pin {
  readonly #watch: ExitWatch;

  constructor(
    private readonly proc: ProcFiles,
    readonly id: ProcessId,
    private readonly handle: Handle,
  ) {
    this.#watch = new ExitWatch(handle);
  }

  /**
   * SIGCONT needs no unchanged executable: the handle still means the same process, and one that we stopped
   * in the middle of an exec must be continued as what it has become.
   */
  send(signal: Signal): "sent" | "gone" | "not-permitted" | "identity-changed" {
    const now = signal === "SIGCONT" ? "same" : verify(this.proc, this.id, this.handle);
    if (now !== "same") return now;
    const result = this.handle.signal(constants.signals[signal]);
    if (result === 0) return "sent";
    if (result === -Errno.ESRCH) return "gone";
    if (result === -Errno.EPERM) return "not-permitted";
    throw systemError(`Sending ${signal} to pid ${this.id.pid}`, result);
  }

  mark(mark: Mark): boolean {
    const isStill = (): boolean => verify(this.proc, this.id, this.handle) === "same" && !this.handle.ended();
    return writeMark(this.proc, this.id.pid, mark, isStill);
  }

  /**
   * The kernel tells of the end; but not while a tracer has not taken the threads that have ended. Who waits for a kill looks
   * for that; a monitor that merely wants to hear of it does not.
   */
  async exited(withinMs: number): Promise<boolean> {
    return await this.#watch.ended(
      withinMs,
      withinMs > LONGEST_KILL_MS ? undefined : () => this.#isUnreaped(),
    );
  }

  /** Read by pid: of this process as long as it is not reaped after that. */
  #isUnreaped(): boolean {
    const reading = readStat(this.proc, this.id.pid);
    return reading?.state === "zombie" && reading.threads <= 1 && !this.handle.reaped();
  }

  status(): PinStatus | null {
    const { pid } = this.id;
    const reading = readStat(this.proc, pid);
    const length = this.proc.read(pid, ENTRY.status);
    const pendingKill = length > 0 && hasPendingKill(this.proc.latin1(length));
    const frozen = isFrozen(this.proc, pid);
    if (reading === null || this.handle.reaped()) return null;
    const { state, threads, ppid, isExiting } = reading;
    const tracer = state === "zombie" && threads <= 1 ? tracerOf(pid) : null;
    return {
      state,
      threads,
      ppid,
      pendingKill,
      isExiting,
      frozen,
      ...(tracer !== null && { tracer }),
    };
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.handle.close();
  }
}

/** Bit 9 of SigPnd (the thread) or ShdPnd (the process), proc_pid_status(5): hexadecimal, signal 1 = bit 0. */
export const hasPendingKill = (status: string): boolean =>
  [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)].some(
    ([, mask = "0"]) => (Number.parseInt(mask.slice(-4), 16) & (1 << (constants.signals.SIGKILL - 1))) !== 0,
  );
