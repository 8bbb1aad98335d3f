/** What a measurement hands to the renderer: plain data, sent as JSON out of the namespace it was taken in. */

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How it was taken, and what it cannot show. */
  readonly notes?: readonly string[];
}

/** A number the product promises. */
export interface Bar {
  readonly what: string;
  readonly bar: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly bars: readonly Bar[];
}

export interface MeasureOptions {
  /** Small counts: proves that it can be measured, says little about how fast it is. */
  readonly smoke: boolean;
  /** Says what is going on, for the person who waits. */
  readonly progress: (what: string) => void;
}

export type Measurement = (options: MeasureOptions) => Promise<Section>;

export const atMost = (what: string, limit: number, value: number, unit: (n: number) => string): Bar => ({
  what,
  bar: `≤ ${unit(limit)}`,
  measured: unit(value),
  met: value <= limit,
});

export const atLeast = (what: string, limit: number, value: number, unit: (n: number) => string): Bar => ({
  what,
  bar: `≥ ${unit(limit)}`,
  measured: unit(value),
  met: value >= limit,
});
