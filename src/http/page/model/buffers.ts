/** Times of buffers as a table: a row for each way, a column for each size. Pure. */
import type { BufferTiming } from "../../../runtime/index.ts";
import { UNKNOWN } from "./words.ts";

export interface BufferChoice {
  readonly memory: BufferTiming["memory"];
  readonly filled: boolean;
}

export interface BufferRow {
  readonly kind: string;
  readonly cells: readonly { readonly words: string; readonly isBest: boolean }[];
}

/** Small buffers are always of reused memory: of fresh memory they have no column. */
export function bufferTable(
  timings: readonly BufferTiming[],
  { memory, filled }: BufferChoice,
): { readonly sizes: readonly number[]; readonly rows: readonly BufferRow[] } {
  const chosen = timings.filter((each) => each.memory === memory && each.filled === filled);
  const sizes = [...new Set(chosen.map(({ bytes }) => bytes))].toSorted((a, b) => a - b);
  const kinds = [...new Set(chosen.map(({ kind }) => kind))];
  const medianOf = (kind: string, size: number): number | null =>
    chosen.find((each) => each.kind === kind && each.bytes === size)?.timeUs.median ?? null;
  const best = new Map(
    sizes.map((size) => [size, Math.min(...kinds.flatMap((kind) => medianOf(kind, size) ?? []))]),
  );
  const rows = kinds.map((kind) => ({
    kind,
    cells: sizes.map((size) => {
      const median = medianOf(kind, size);
      return {
        words: median === null ? UNKNOWN : micros(median),
        isBest: median !== null && median === best.get(size),
      };
    }),
  }));
  return { sizes, rows };
}

/** Three digits that mean something. */
const micros = (us: number): string => (us >= 100 ? us.toFixed(0) : us >= 10 ? us.toFixed(1) : us.toFixed(2));
