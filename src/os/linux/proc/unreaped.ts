/**
 * Threads that have ended and are traced stay until their tracer has taken their status: a debugger at its prompt never
 * does. A process of which only these are left is dead, though the kernel counts them, and tells nobody of its end.
 */
import type { ProcessState } from "../../../core/process/process.ts";
import type { RootEnd } from "../../../ports/launch.ts";
import { close, Errno, SYS, syscall, ticksPerSecond } from "../ffi.ts";
import { directoriesIn, readText, textIn } from "../files/files.ts";
import { parseStatus } from "./status.ts";
import { signalName } from "../pin/signals.ts";
import { whenReadable } from "../pin/when-readable.ts";

const ENDED: ReadonlySet<string> = new Set(["Z", "X"]);

/** Of a process whose first thread has ended: that one, and those of the others that still run. Else as the kernel counts them. */
export function livingThreads(pid: number, state: ProcessState, counted: number): number {
  if (state !== "zombie" || counted <= 1) return counted;
  const threads = directoriesIn(`/proc/${pid}/task`);
  if (typeof threads === "number") return counted;
  return 1 + threads.filter((thread) => thread !== String(pid) && !hasEnded(pid, thread)).length;
}

/** One that is gone between two looks has ended. What cannot be read has not, as far as we know. */
function hasEnded(pid: number, thread: string): boolean {
  const text = readText(`/proc/${pid}/task/${thread}/stat`);
  if (typeof text === "number") return text === -Errno.ENOENT || text === -Errno.ESRCH;
  // the name before it may hold any character
  return ENDED.has(text.charAt(text.lastIndexOf(")") + 2));
}

/** The tracer that has to take the status of a dead process before its parent can; null = nobody traces it. */
export function tracerOf(pid: number): number | null {
  const threads = directoriesIn(`/proc/${pid}/task`);
  for (const thread of typeof threads === "number" ? [] : threads) {
    const status = textIn(`/proc/${pid}/task/${thread}/status`);
    const tracer = Number(/^TracerPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
    if (tracer > 0) return tracer;
  }
  return null;
}

/** A leader that exited has no memory, its living threads have all of it; without any there is none left. */
export function memoryOfThreads(pid: number): number | null {
  const threads = directoriesIn(`/proc/${pid}/task`);
  if (typeof threads === "number") return null;
  for (const thread of threads) {
    if (thread === String(pid)) continue;
    const memory = parseStatus(textIn(`/proc/${pid}/task/${thread}/status`)).memoryBytes;
    if (memory !== null) return memory;
  }
  return 0;
}

/** Between two looks: the first soon, for a program that ends at once; then as long as it has run, since who rests wakes nobody. */
const [FIRST_LOOK_MS, LONGEST_LOOK_MS] = [1_000, 3_600_000];

/**
 * Calls back when a child of ours is dead and its tracer keeps us from hearing of it. Returns what stops looking. `isTold`: the
 * kernel tells when it is time to look, for a descriptor and a poll of the kernel's while the child lives.
 */
export function onHeldEnd(pid: number, found: (end: RootEnd) => void, isTold: boolean): () => void {
  let timer: Timer | undefined;
  const lookIn = (pauseMs: number): void => {
    timer = setTimeout(() => {
      const end = endOf(pid);
      if (end === null) lookIn(Math.min(2 * pauseMs, LONGEST_LOOK_MS));
      else found(end);
    }, pauseMs);
  };
  const stopTelling = isTold ? onFirstThreadEnd(pid, () => lookIn(FIRST_LOOK_MS)) : null;
  if (stopTelling === null) lookIn(FIRST_LOOK_MS);
  return () => {
    clearTimeout(timer);
    stopTelling?.();
  };
}

/** pidfd_open(2), since Linux 6.9: readable when this thread ends, whatever becomes of the others. */
const PIDFD_THREAD = 0o200;

/** Nobody is dead whose first thread lives. Returns what takes the wish back; null: this kernel does not tell. */
function onFirstThreadEnd(pid: number, onEnd: () => void): (() => void) | null {
  const fd = syscall(SYS.pidfd_open, pid, PIDFD_THREAD);
  if (fd < 0) return null;
  const takeBack = whenReadable(fd, onEnd);
  if (takeBack === null) close(fd);
  return takeBack === null
    ? null
    : () => {
        takeBack();
        close(fd);
      };
}

/** Fields of /proc/PID/stat behind the name, proc_pid_stat(5); the last is the status that wait(2) will give. */
const [STATE, USER_TICKS, SYSTEM_TICKS, THREADS] = [0, 11, 12, 17] as const;

function endOf(pid: number): RootEnd | null {
  const text = textIn(`/proc/${pid}/stat`);
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  const number = (at: number): number => Number(fields.at(at) ?? 0);
  if (fields[STATE] !== "Z" || livingThreads(pid, "zombie", number(THREADS)) > 1) return null;
  const tracer = tracerOf(pid);
  // nobody traces it: we hear of it in a moment
  if (tracer === null) return null;
  const status = number(-1);
  const name = signalName(status & 0x7f);
  return {
    code: name === null ? (status >> 8) & 0xff : null,
    signal: name,
    cpuMs: ((number(USER_TICKS) + number(SYSTEM_TICKS)) * 1_000) / ticksPerSecond(),
    maxRssBytes: null,
    heldBy: { pid: tracer, command: textIn(`/proc/${tracer}/comm`).trim() },
  };
}
