/** How long it takes to get a buffer, by every way that Bun has, and to fill it. */
import { summarize, type Summary } from "../core/statistics/summary.ts";

export type BufferKind =
  | "Buffer.alloc"
  | "Buffer.allocUnsafe"
  | "Bun.allocUnsafe"
  | "ArrayBuffer"
  | "Uint8Array";

export interface BufferTiming {
  readonly kind: BufferKind;
  readonly bytes: number;
  /**
   * `reused`: the allocator has such memory from an earlier buffer. `fresh`: the kernel has to give it, page by page when it
   * is first written. Measured from 1 MB on; smaller ones are always reused.
   */
  readonly memory: "fresh" | "reused";
  /** Every byte was written, and that time is in it. */
  readonly filled: boolean;
  /** Of one buffer, µs. */
  readonly timeUs: Summary;
}

export interface BufferOptions {
  /** Bytes of each size. 1 KB, 16 KB, 64 KB, 1 MB, 16 MB and 64 MB where it is not given. */
  readonly sizes?: readonly number[];
  /** Of each way; 11 where it is not given. */
  readonly samples?: number;
}

const [KILOBYTE, MEGABYTE] = [1_024, 1_024 ** 2];
const BUFFER_SIZES: readonly number[] = [
  KILOBYTE,
  16 * KILOBYTE,
  64 * KILOBYTE,
  MEGABYTE,
  16 * MEGABYTE,
  64 * MEGABYTE,
];
const SAMPLES = 11;

const WAYS: readonly (readonly [kind: BufferKind, get: (bytes: number) => Uint8Array<ArrayBuffer>])[] = [
  ["Buffer.alloc", (bytes) => Buffer.alloc(bytes)],
  ["Buffer.allocUnsafe", (bytes) => Buffer.allocUnsafe(bytes)],
  ["Bun.allocUnsafe", (bytes) => Bun.allocUnsafe(bytes)],
  ["ArrayBuffer", (bytes) => new Uint8Array(new ArrayBuffer(bytes))],
  ["Uint8Array", (bytes) => new Uint8Array(bytes)],
];

/**
 * Times of each size, way and memory, without and with filling; the ways take turns, so that a disturbance hits all of them.
 * One buffer, or 4 MB of small ones, is held at a time. The program's other work goes on between the samples; one sample
 * of 64 MB, and the collections before fresh ones, stop it for some tens of milliseconds.
 * @throws RangeError where a size or the number of samples is no whole number of at least 1
 */
export async function measureBuffers(options: BufferOptions = {}): Promise<readonly BufferTiming[]> {
  const { sizes = BUFFER_SIZES, samples = SAMPLES } = options;
  for (const value of [...sizes, samples])
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(
        `${value} is no size and no number of samples. Both are whole numbers of at least 1.`,
      );
  const timings: BufferTiming[] = [];
  for (const bytes of sizes)
    for (const memory of bytes < MEGABYTE ? (["reused"] as const) : (["fresh", "reused"] as const))
      for (const filled of [false, true])
        timings.push(...(await timingsOf({ bytes, memory, filled }, samples)));
  return timings;
}

type Case = Pick<BufferTiming, "bytes" | "memory" | "filled">;

async function timingsOf(which: Case, samples: number): Promise<readonly BufferTiming[]> {
  const times = new Map(WAYS.map(([kind]) => [kind, [] as number[]]));
  // the first round only makes everything ready
  for (let round = -1; round < samples; round++)
    for (const [kind, get] of turned(WAYS, round)) {
      const us = sampleUs(which, get);
      if (round >= 0) times.get(kind)?.push(us);
      await new Promise((resolve) => setImmediate(resolve));
    }
  return [...times].map(([kind, us]) => ({
    kind,
    bytes: which.bytes,
    memory: which.memory,
    filled: which.filled,
    timeUs: summarize(us),
  }));
}

/** Another one begins each round: the collector comes by after so many bytes, and would meet the same one each time. */
const turned = <Value>(values: readonly Value[], by: number): readonly Value[] =>
  values.map((_, at) => values.at((at + by) % values.length)).filter((value) => value !== undefined);

const MOST_HELD_BYTES = 4 * MEGABYTE;
const MOST_HELD = 500;
const NS_PER_US = 1_000;

/** Several small ones in one sample: one alone takes less time than the clock can tell. */
function sampleUs({ bytes, memory, filled }: Case, get: (bytes: number) => Uint8Array<ArrayBuffer>): number {
  if (memory === "fresh") Bun.gc(true);
  const count = Math.max(1, Math.min(MOST_HELD, Math.floor(MOST_HELD_BYTES / bytes)));
  const held: Uint8Array<ArrayBuffer>[] = [];
  const startedNs = Bun.nanoseconds();
  for (let at = 0; at < count; at++) {
    const buffer = get(bytes);
    if (filled) buffer.fill(1);
    held.push(buffer);
  }
  const took = Bun.nanoseconds() - startedNs;
  // frees it at once: not where it may be a part of the pool that Buffer shares
  for (const { buffer } of held) if (buffer.byteLength === bytes) buffer.transfer(0);
  return took / count / NS_PER_US;
}
