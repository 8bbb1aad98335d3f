/** The documented object (schemaVersion 1) for the programs that have registered themselves. */
import type { GCStats } from "../../core/program/metrics.ts";
import type { ProgramReading } from "../programs.ts";

export interface ProgramDocument {
  /** `pid-startTicks`, as the kernel says them of whoever is connected. */
  readonly id: string;
  readonly pid: number;
  /** As it calls itself. */
  readonly name: string;
  readonly mayCollect: boolean;
  /** Since somebody looks, oldest first. */
  readonly readings: readonly ProgramReading[];
  /** Those that were asked for here, oldest first. */
  readonly collections: readonly (GCStats & { readonly at: string })[];
}

export interface ProgramsDocument {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly programs: readonly ProgramDocument[];
}

export const programsDocument = (programs: readonly ProgramDocument[], nowMs: number): ProgramsDocument => ({
  schemaVersion: 1,
  at: new Date(nowMs).toISOString(),
  programs,
});
