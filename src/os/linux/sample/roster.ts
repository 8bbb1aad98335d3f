/**
 * Every process of the machine as sorted columns, and what changed since the pass before. The kernel lists pids
 * in ascending order, so two passes merge in one walk: an entry with the same pid and the same /proc
 * inode is the same process, and nothing of it is read again.
 */

/** What is known of a process that is not looked at on every pass. */
export const Class = {
  /** Not looked at yet, or it could not be read. */
  unknown: 0,
  /** Runs something else than Bun, or Bun for an account that is not in view. */
  other: 1,
  /** PF_KTHREAD: never runs a program. */
  kernel: 2,
  /** Bun, in view. */
  bun: 3,
} as const;

interface Columns {
  length: number;
  pid: Int32Array;
  inode: Uint32Array;
  parent: Int32Array;
  class: Uint8Array;
  /** When the process started, ms of the boot clock. */
  bornMs: Float64Array;
}

const columns = (capacity: number): Columns => ({
  length: 0,
  pid: new Int32Array(capacity),
  inode: new Uint32Array(capacity),
  parent: new Int32Array(capacity),
  class: new Uint8Array(capacity),
  bornMs: new Float64Array(capacity),
});

const copy = (from: Columns, to: Columns, length: number): void => {
  for (const name of ["pid", "inode", "parent", "class", "bornMs"] as const)
    to[name].set(from[name].subarray(0, length));
  to.length = length;
};

/** Double-buffered: a steady pass allocates nothing. */
export class Roster {
  now: Columns = columns(1024);
  /** Indices into `now` of processes that were not there before. */
  readonly added: number[] = [];
  /** Pids whose process is gone, though another process may have the pid by now. */
  readonly vanished: number[] = [];
  #before: Columns = columns(1024);
  #cursor = 0;

  /**
   * Starts a pass; then `see` every process above the pid `known` in ascending order, then `finish`. What is not above
   * is taken over from the pass before.
   */
  begin(known = 0): void {
    [this.now, this.#before] = [this.#before, this.now];
    this.now.length = 0;
    this.added.length = 0;
    this.vanished.length = 0;
    this.#cursor = known === 0 ? 0 : firstAbove(this.#before, known);
    this.#takeOver(this.#cursor);
  }

  see(pid: number, inode: number): void {
    const { now } = this;
    if (now.length === now.pid.length) this.#grow();
    const before = this.#before;
    while (this.#cursor < before.length && (before.pid[this.#cursor] ?? 0) < pid) this.#lose();
    const at = this.now.length++;
    const from = this.#cursor;
    this.now.pid[at] = pid;
    this.now.inode[at] = inode;
    if (from < before.length && before.pid[from] === pid) {
      if (before.inode[from] === inode) {
        this.now.parent[at] = before.parent[from] ?? 0;
        this.now.class[at] = before.class[from] ?? 0;
        this.now.bornMs[at] = before.bornMs[from] ?? 0;
        this.#cursor++;
        return;
      }
      this.#lose();
    }
    this.now.parent[at] = 0;
    this.now.class[at] = Class.unknown;
    this.now.bornMs[at] = 0;
    this.added.push(at);
  }

  finish(): void {
    while (this.#cursor < this.#before.length) this.#lose();
  }

  indexOf(pid: number): number {
    const at = firstAbove(this.now, pid - 1);
    return at < this.now.length && this.now.pid[at] === pid ? at : -1;
  }

  #takeOver(length: number): void {
    while (this.now.pid.length < length) this.#grow();
    copy(this.#before, this.now, length);
  }

  #lose(): void {
    this.vanished.push(this.#before.pid[this.#cursor++] ?? 0);
  }

  #grow(): void {
    const wider = columns(this.now.pid.length * 2);
    copy(this.now, wider, this.now.length);
    this.now = wider;
  }
}

/** Index of the first process whose pid is higher; the number of processes when none is. */
function firstAbove({ pid: pids, length }: Columns, pid: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pids[middle] ?? 0) > pid) high = middle;
    else low = middle + 1;
  }
  return low;
}
