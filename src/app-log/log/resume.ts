/**
 * Finds where spools are read from when a log file is taken up again: its checkpoint says it, and after a
 * SIGKILL its size too.
 */
import { HEAD_BYTES, type Spool } from "../spool/spool.ts";
import { accountForTorn, type Written } from "./account.ts";
import { type Checkpoint, type NotedBatch, SOMEBODY } from "./checkpoint.ts";
import { consumedOf } from "./portion.ts";

export class Resumption {
  readonly #checkpoint: Checkpoint;
  /** The batch that a SIGKILL broke off, and how much of it got to the file. */
  readonly #torn: { readonly batch: NotedBatch; readonly written: Written } | null;
  /** If the file does not end with a line, it ends in the middle of one of this slot's. */
  readonly lineOf: number;

  /** Cuts a torn line off. */
  constructor(path: string, checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
    const { noted } = checkpoint;
    const isTorn = noted !== null && noted.from < noted.to;
    this.#torn = isTorn ? { batch: noted, written: accountForTorn(path, noted) } : null;
    const isBegun = (this.#torn?.written.bytes ?? 0) > 0;
    this.lineOf = (isBegun ? noted?.slot : noted?.lineOf) ?? SOMEBODY;
  }

  startOf(spool: Spool, chunk: Buffer): number {
    const slot = this.#checkpoint.slotOf(spool.id);
    // its app emptied the spool: if it is shorter than what was read from it, its content is new
    if (!spool.isWhole())
      return slot >= 0 && this.#offsetOf(slot, spool, chunk) === spool.size ? spool.size : 0;
    // no byte of this spool belongs in this log file before somebody says so
    if (slot < 0) return spool.isNew ? HEAD_BYTES : Math.max(HEAD_BYTES, spool.size);
    const offset = this.#offsetOf(slot, spool, chunk);
    return Math.min(Math.max(HEAD_BYTES, offset), Math.max(HEAD_BYTES, spool.size));
  }

  #offsetOf(slot: number, spool: Spool, chunk: Buffer): number {
    const { noted } = this.#checkpoint;
    if (noted?.slot !== slot) return this.#checkpoint.offsetOf(slot);
    if (noted !== this.#torn?.batch) return noted.to;
    return consumedOf(spool, noted, this.#torn.written, chunk);
  }
}
