/**
 * Makes the dates that stand before lines, `2026-11-29 00:12:03: `, as bytes. They are made once for all
 * lines of a millisecond.
 */
import { type DateFormat, dateFormat } from "../../text/date-format.ts";

export class Dates {
  readonly #format: DateFormat;
  #atMs = -1;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(format: string) {
    this.#format = dateFormat(format);
  }

  prefix(atMs: number): Buffer {
    if (atMs === this.#atMs) return this.#bytes;
    this.#atMs = atMs;
    // a line stays a line
    this.#bytes = Buffer.from(`${this.#format(atMs).replaceAll(/[\r\n]+/g, " ")}: `);
    return this.#bytes;
  }
}
