/** What a trial, and a benchmark of several trials, gives. All times are in milliseconds. */
import type { Summary } from "../statistics/summary.ts";
import type { Collections } from "./gc-log.ts";

/** What the measuring process says of one function or command. */
export interface MeasuredTimes {
  /** The name of the function; null for a command. */
  readonly export: string | null;
  readonly samples: readonly number[];
  /** So many calls are the mean in each sample: a call that is shorter than the clock can tell. */
  readonly callsPerSample: number;
  /** After a full collection: what is more afterwards is kept. null for a command. */
  readonly heap: { readonly beforeBytes: number; readonly afterBytes: number } | null;
  /** Of the whole process, or of the largest run of the command; null = cannot be told. */
  readonly peakMemoryBytes: number | null;
  /** User and system time, while it was measured. */
  readonly cpuMs: number;
  /** How long a processor worked for one run, or one call; null = it cannot be told. */
  readonly processorMs: number | null;
  /** It was seen to wait for nothing but a processor. */
  readonly isProcessorBound: boolean;
}

export interface Environment {
  readonly bun: string;
  readonly nodeEnv: string | null;
  readonly os: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface Figures extends MeasuredTimes, Omit<Summary, "relativeMargin"> {
  /** Half of the 95 % confidence interval of the mean, as a share of it; null for a single sample. */
  readonly margin: number | null;
  /** null: not counted (a command, or in-process). */
  readonly gc: Collections | null;
  /** null: there is no target. */
  readonly targetMet: boolean | null;
}

interface Described {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly category: string | null;
  readonly target: number | null;
  readonly environment: Environment;
}

/** A module may export several functions: then each has its own figures. */
export type TrialResult = Described & (Figures | { readonly functions: readonly Figures[] });

export const figuresIn = (result: TrialResult): readonly Figures[] =>
  "functions" in result ? result.functions : [result];
