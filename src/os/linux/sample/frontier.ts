/**
 * Which pids can be new. The kernel gives pids in ascending order and begins again at the bottom when it has reached
 * the top: what started since some moment is above the pid that was given last at that moment. Listing /proc
 * costs 0.3 to 0.5 µs per process in the kernel alone, so most passes list what lies above.
 */
import { allocate, close, cString, openat, pread } from "../ffi.ts";
import type { ProcFiles } from "../proc/proc-files.ts";

/** A pid is given some time before its process shows: a fork copies memory in between. */
const SETTLED_MS = 5_000;
/**
 * Every so many passes all are listed. It finds what a whole round of all pids between two passes would hide (with
 * 32,768 of them 3,000 forks a second), a pid chosen by hand (clone3(2) set_tid), and forgets who has ended.
 */
const WHOLE_EVERY = 8;

interface Mark {
  readonly atMs: number;
  readonly pid: number;
}

export class Frontier {
  /** Was old enough at the pass before: that pass has seen every process up to here. */
  #seen: Mark | null = null;
  #recent: Mark | null = null;
  #last = 0;
  #passes = 0;

  /** `newestPid`: the pid given last; negative when it cannot be read. */
  constructor(private readonly newestPid: () => number) {}

  /** Once per pass, before it: processes with this pid or a lower one are known; 0 = list all. */
  advance(nowMs: number): number {
    const pid = this.newestPid();
    if (pid < this.#last) this.#seen = this.#recent = null;
    this.#last = pid;
    const isWhole = this.#passes++ % WHOLE_EVERY === 0;
    const known = isWhole || pid < 0 ? 0 : (this.#seen?.pid ?? 0);
    if (this.#recent === null || nowMs - this.#recent.atMs >= SETTLED_MS) {
      this.#seen = this.#recent;
      this.#recent = { atMs: nowMs, pid };
    }
    return known;
  }
}

/** The fifth field of /proc/loadavg, held open: proc_loadavg(5). Of the reader's PID namespace. */
export class NewestPid implements Disposable {
  readonly #fd: number;
  readonly #buffer = allocate(128);

  constructor({ root }: ProcFiles) {
    this.#fd = openat(root, cString("loadavg"));
  }

  read(): number {
    return parseNewestPid(this.#buffer, pread(this.#fd, this.#buffer));
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) close(this.#fd);
  }
}

const [ZERO, NINE, LINE_END] = [48, 57, 10];

/** The number at the end of the line; -1 where there is none. */
export function parseNewestPid(bytes: Uint8Array, length: number): number {
  let at = bytes[length - 1] === LINE_END ? length - 2 : length - 1;
  let pid = 0;
  let digits = 0;
  for (let unit = 1; at >= 0; at--, unit *= 10, digits++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    pid += (byte - ZERO) * unit;
  }
  return digits > 0 ? pid : -1;
}
