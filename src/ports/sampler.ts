/** Sees processes. One instance keeps what it learned between calls: that is what makes a call cheap. */
import type { Details, Machine, ProcessSample, Snapshot } from "../core/process/process.ts";

/** The costlier readings that can be asked for. `kernel` = demand + io, one pass over the threads. */
export type Reading = "demand" | "io" | "pss" | "evidence" | "marks" | "traffic";

export interface ProcessSampler {
  /** Every Bun process in view and every descendant of one. Unreadable entries are skipped or null, never thrown. */
  sample(): Snapshot;
  /**
   * From now on the sampler also follows these pids, Bun or not: dead wrappers of the gate have left them
   * behind. Missing: not told here.
   */
  follow?(pids: ReadonlySet<number>): void;
  /** The costlier readings, for these processes only; a process that is gone is missing from the result. */
  inspect(wanted: ReadonlyMap<ProcessSample, ReadonlySet<Reading>>): Map<number, Details>;
  /** The machine alone: some 10 µs, for looks between two samples. */
  machine(): Machine;
  /** Any pid, Bun or not: one line for a message ("systemd", "bun run dev"); null when it is gone. */
  describe(pid: number): string | null;
  ancestors(pid: number): readonly number[];
  close(): void;
}
