/** A memory limit that the kernel keeps for a whole group. One implementation per cgroup version. */
import type { Group } from "./group.ts";

/** What its file says instead of the limit. */
export const refusal = (group: Group, file: string): string =>
  `${group.directory} does not take the limit: it says ${group.number(file) ?? "nothing"}`;

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
  /** From now on; null = none. Says why, where the kernel does not take it. */
  limit(bytes: number | null): string | null;
}
