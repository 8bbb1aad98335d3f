/** A memory limit that the kernel keeps for a whole group. One implementation per cgroup version. */

export interface KernelMemory extends Disposable {
  /** Bytes; null where the kernel does not tell. */
  nowBytes(): number | null;
  peakBytes(): number | null;
  /** Processes that it has killed for this limit. */
  kills(): number;
  pids(): readonly number[];
  /** Runs `start`; what that starts is under the limit from its first instruction. */
  around<T>(start: () => T): T;
  onKill(listener: () => void, onFailure: (error: unknown) => void): void;
}
