/**
 * A program that has registered itself (`bun-watchdog/runtime`) and the page's server say this to each other: a line of
 * JSON each, over a unix socket of the account's own. The server listens while somebody looks, and only then: a connection
 * wakes a program of Bun's every second, and a name in a folder that does not change wakes nobody.
 */
import type { EventLoopLag } from "../core/program/lag.ts";
import type { GCStats, ProcessMetrics } from "../core/program/metrics.ts";

/** Of the socket, in the account's runtime directory. */
export const PROGRAMS_SOCKET = "programs";
/** Changes when a line changes its shape. */
export const PROGRAMS_VERSION = 1;
/** A line that is longer is none of ours. */
const MOST_LINE_CHARACTERS = 2_048;
/** Between two readings of a program. */
export const READING_EVERY_MS = 1_000;
/** A program is known by that much of its name. */
export const MOST_NAME_CHARACTERS = 100;

export interface ProgramReading extends Omit<ProcessMetrics, "timestamp"> {
  /** ISO 8601. */
  readonly timestamp: string;
  readonly eventLoop: EventLoopLag;
}

export type ProgramLine =
  | { readonly type: "hello"; readonly version: number; readonly name: string; readonly mayCollect: boolean }
  | { readonly type: "reading"; readonly reading: ProgramReading }
  | { readonly type: "collected"; readonly ask: number; readonly gcStats: GCStats }
  /** `because`: a clause. */
  | { readonly type: "refused"; readonly ask: number; readonly because: string };

export interface ServerLine {
  readonly type: "collect";
  readonly ask: number;
  readonly force: boolean;
}

/** Makes lines of the pieces in which a stream arrives. */
export class ArrivingLines {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The lines that this piece completes; null: one is too long. */
  add(piece: Uint8Array): readonly string[] | null {
    const lines = (this.#rest + this.#decoder.decode(piece, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    return [...lines, this.#rest].some((line) => line.length > MOST_LINE_CHARACTERS) ? null : lines;
  }
}
