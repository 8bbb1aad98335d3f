/**
 * Orphans of our descendants become our children instead of pid 1's, for as long as we live: nobody gets away by a
 * double fork or a session of its own, with a scrubbed environment or not. PR_SET_CHILD_SUBREAPER(2const), Linux 3.4.
 *
 * A process that adopts has to reap. Never waitpid(-1): it would take Bun's own children from it.
 */
import { address, allocate, SYS, syscall } from "../ffi.ts";
import { systemError } from "../pin/pidfd.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { childrenOfBun, isOwnChild, takeStatus } from "./own-children.ts";
import { readEntry, readProcessTree } from "./process-tree.ts";

const PR_SET_CHILD_SUBREAPER = 36;
/** struct rusage, getrusage(2): two timevals come first. */
const RUSAGE_BYTES = 144;
const [USER_S, USER_US, SYSTEM_S, SYSTEM_US] = [0, 8, 16, 24] as const;

export class Subreaper implements Disposable {
  /** Of the orphans that were reaped, and of the children that these had waited for. */
  cpuMs = 0;
  /** For everybody who looks for them: 64 KB and two descriptors. */
  readonly proc = new ProcFiles();
  readonly #usage = allocate(RUSAGE_BYTES);
  readonly #before: ReadonlySet<string>;
  /** Whoever was here before an exec has left a child, whose orphans come to us. */
  readonly hasStrangers: boolean;
  /** Of the strangers there are. */
  #isOrphan: ReadonlyMap<string, boolean> = new Map();
  readonly #onChild = (): void => this.reap();

  constructor() {
    const others = this.#others();
    this.#before = new Set(others.map(({ key }) => key));
    const ofBun = others.length === 0 ? null : childrenOfBun();
    this.hasStrangers = others.some(({ pid }) => ofBun?.has(pid) !== true);
    const result = syscall(SYS.prctl, PR_SET_CHILD_SUBREAPER, 1);
    if (result < 0) throw systemError("prctl(PR_SET_CHILD_SUBREAPER)", result);
    process.on("SIGCHLD", this.#onChild);
  }

  /** Our children that neither we nor whoever was here before an exec has started. */
  adopted(): readonly number[] {
    const strangers = this.#others().filter(({ key }) => !this.#before.has(key));
    // a look at all of our descriptors, of which each job has many: once for each stranger, since nothing changes in that
    const isNew = strangers.some(({ key }) => !this.#isOrphan.has(key));
    const ofBun = isNew ? childrenOfBun() : null;
    this.#isOrphan = new Map(
      strangers.flatMap(({ pid, key }) => {
        const isOrphan = this.#isOrphan.get(key) ?? (ofBun && !ofBun.has(pid));
        // who cannot be told from a child of Bun's now is nobody's, and looked at again
        return isOrphan === null ? [] : [[key, isOrphan] as const];
      }),
    );
    return strangers.filter(({ key }) => this.#isOrphan.get(key)).map(({ pid }) => pid);
  }

  reap(): void {
    for (const pid of this.adopted()) {
      if (takeStatus(pid, address(this.#usage))) this.cpuMs += this.#reapedCpuMs();
    }
  }

  [Symbol.dispose](): void {
    process.off("SIGCHLD", this.#onChild);
    this.reap();
    syscall(SYS.prctl, PR_SET_CHILD_SUBREAPER, 0);
    this.proc[Symbol.dispose]();
  }

  /** A manager has fifty of its own: they are not read. */
  #others(): readonly { readonly pid: number; readonly key: string }[] {
    return childrenOf(this.proc, process.pid).flatMap((pid) => {
      const entry = isOwnChild(pid) ? null : readEntry(this.proc, pid);
      return entry === null ? [] : { pid, key: `${pid}:${entry.startTicks}` };
    });
  }

  #reapedCpuMs(): number {
    const view = new DataView(this.#usage.buffer);
    const read = (at: number): number => Number(view.getBigInt64(at, true));
    return (read(USER_S) + read(SYSTEM_S)) * 1_000 + (read(USER_US) + read(SYSTEM_US)) / 1_000;
  }
}

/**
 * The kernel's own list, where it is built in (proc_tid_children(5)); what it may miss are children of ended siblings
 * in the middle of a move, and those send another SIGCHLD when they end. Orphans come to the first living thread.
 */
export const childrenOf = (proc: ProcFiles, pid: number): readonly number[] => {
  const list = proc.wholeText(`${pid}/task/${pid}/children`);
  if (list === null)
    return [...readProcessTree(proc)].flatMap(([child, { ppid }]) => (ppid === pid ? child : []));
  return list.split(" ").filter(Boolean).map(Number);
};
