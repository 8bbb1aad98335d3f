/** A memory limit that the kernel keeps for a whole group. One implementation per cgroup version. */

export interface MemoryReadings extends Disposable {
  /** Bytes; null where the kernel does not tell. */
  nowBytes(): number | null;
  peakBytes(): number | null;
  /** Processes that it has killed for this limit. */
  kills(): number;
}

export interface KernelMemory extends MemoryReadings {
  /** Runs `start`; what that starts is under the limit from its first instruction. */
  around<T>(start: () => T): T;
  onKill(listener: () => void): void;
}

/** Limits are kept in whole pages: what was asked for comes back a little smaller. */
const PAGE_BYTES = 65_536;

/** Whether the limit that was read back is the one that was written. */
export const isInForce = (readBytes: number | null, wantedBytes: number): boolean =>
  readBytes !== null && readBytes <= wantedBytes && readBytes > wantedBytes - PAGE_BYTES;
