/**
 * A checkpoint says how far a log file has come in each of its spools, so that whoever follows them next
 * writes no byte twice and leaves none out. A batch is noted before it is written: after a SIGKILL the size
 * of the log file tells how much of it got there. Each note is one small pwrite(2) within a page, which no
 * signal tears.
 */
import { closeSync, constants, fstatSync, readSync, writeSync } from "node:fs";
import { openBelieved } from "../../trust/open.ts";

/**
 * One write to the log file, of the bytes `from` to `to` of a spool. If they are equal, nothing is under way.
 */
export interface NotedBatch {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  /** The log file's identity, and its size before the write. */
  readonly device: number;
  readonly inode: number;
  readonly before: number;
  /** The file ends in the middle of this slot's line before the write; also NO_LINE or SOMEBODY. */
  readonly lineOf: number;
  /** If the write is torn, only its whole lines stay. */
  readonly isLines: boolean;
  /** Each of its lines has a date before it. */
  readonly isDated: boolean;
}

interface Slot {
  /** 0 = the slot is free. */
  id: number;
  offset: number;
}

/** No line is unfinished, or one of who is not here any more. */
export const [NO_LINE, SOMEBODY] = [-1, -2];

/** A newline of ours stands before it, because the file ends in the middle of another one's line. */
export const isLed = ({ lineOf, slot }: Pick<NotedBatch, "lineOf" | "slot">): boolean =>
  lineOf !== NO_LINE && lineOf !== slot;

const MAGIC = 0x62_63_74_31;
const AT = {
  magic: 0,
  flags: 4,
  device: 8,
  inode: 16,
  before: 24,
  slot: 32,
  from: 40,
  to: 48,
  lineOf: 56,
} as const;
const HEADER_BYTES = 64;
const SLOT_BYTES = 16;
const FIRST_BYTES = 4_096;
const [LINES, DATED] = [2, 4];

/** All checkpoints share this buffer: there are many of them, and one is used at a time. */
const header = Buffer.alloc(HEADER_BYTES);
const record = Buffer.alloc(SLOT_BYTES);
const page = Buffer.alloc(FIRST_BYTES);

export class Checkpoint implements Disposable {
  readonly #fd: number;
  readonly #slots: Slot[] = [];
  /** The batch that is noted now; null = the checkpoint is new. */
  #noted: NotedBatch | null = null;

  /** Throws what open(2), read(2) and write(2) throw. */
  constructor(path: string) {
    using opened = new DisposableStack();
    this.#fd = openBelieved(path, constants.O_RDWR | constants.O_CREAT);
    opened.defer(() => closeSync(this.#fd));
    const { size } = fstatSync(this.#fd);
    // the file takes its room on the disk at the start, because it must work on a full disk
    if (size < FIRST_BYTES) writeSync(this.#fd, page.fill(0), 0, FIRST_BYTES - size, size);
    this.#load(Math.max(size, FIRST_BYTES));
    opened.move();
  }

  get noted(): NotedBatch | null {
    return this.#noted;
  }

  /** The slot of the spool; -1 = it has none here. */
  slotOf(spool: number): number {
    return this.#slots.findIndex(({ id }) => id === spool);
  }

  offsetOf(slot: number): number {
    return this.#slots[slot]?.offset ?? 0;
  }

  /** Takes a slot for a spool that is read from `offset` on. `lineOf`: whose line the file ends in now. */
  take(spool: number, offset: number, lineOf: number): number {
    const known = this.slotOf(spool);
    const free = known >= 0 ? known : this.slotOf(0);
    const slot = free >= 0 ? free : this.#slots.length;
    this.#slots[slot] = { id: spool, offset };
    this.#save(slot);
    // the offset that counts for this slot is the one in the header
    if (this.#noted?.slot === slot) this.amend(offset, lineOf);
    return slot;
  }

  leave(slot: number): void {
    this.#slots[slot] = { id: 0, offset: 0 };
    this.#save(slot);
  }

  /** Notes a batch before it is written. The batch before it has then been written up to its end. */
  note(batch: NotedBatch): void {
    const last = this.#noted;
    if (last !== null && last.slot !== batch.slot) {
      const slot = this.#slots[last.slot];
      if (slot !== undefined && slot.id !== 0) {
        slot.offset = last.to;
        this.#save(last.slot);
      }
    }
    this.#noted = batch;
    const flags = (batch.isLines ? LINES : 0) | (batch.isDated ? DATED : 0);
    header.writeUInt32LE(MAGIC, AT.magic);
    header.writeUInt32LE(flags, AT.flags);
    header.writeDoubleLE(batch.device, AT.device);
    header.writeDoubleLE(batch.inode, AT.inode);
    header.writeDoubleLE(batch.before, AT.before);
    header.writeDoubleLE(batch.slot, AT.slot);
    header.writeDoubleLE(batch.from, AT.from);
    header.writeDoubleLE(batch.to, AT.to);
    header.writeDoubleLE(batch.lineOf, AT.lineOf);
    writeSync(this.#fd, header, 0, HEADER_BYTES, 0);
  }

  /** Says that the noted batch has come as far as `offset`, and no further, and whose line the file ends in. */
  amend(offset: number, lineOf: number): void {
    if (this.#noted !== null) this.note({ ...this.#noted, from: offset, to: offset, lineOf });
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #save(slot: number): void {
    const { id, offset } = this.#slots[slot] ?? { id: 0, offset: 0 };
    record.writeDoubleLE(id, 0);
    record.writeDoubleLE(offset, SLOT_BYTES / 2);
    writeSync(this.#fd, record, 0, SLOT_BYTES, HEADER_BYTES + slot * SLOT_BYTES);
  }

  #load(size: number): void {
    const all = size > FIRST_BYTES ? Buffer.alloc(size) : page;
    readSync(this.#fd, all, 0, size, 0);
    for (let at = HEADER_BYTES; at + SLOT_BYTES <= size; at += SLOT_BYTES)
      this.#slots.push({ id: all.readDoubleLE(at), offset: all.readDoubleLE(at + SLOT_BYTES / 2) });
    while (this.#slots.at(-1)?.id === 0) this.#slots.pop();
    if (all.readUInt32LE(AT.magic) !== MAGIC) return;
    const flags = all.readUInt32LE(AT.flags);
    this.#noted = {
      slot: all.readDoubleLE(AT.slot),
      from: all.readDoubleLE(AT.from),
      to: all.readDoubleLE(AT.to),
      device: all.readDoubleLE(AT.device),
      inode: all.readDoubleLE(AT.inode),
      before: all.readDoubleLE(AT.before),
      lineOf: all.readDoubleLE(AT.lineOf),
      isLines: (flags & LINES) !== 0,
      isDated: (flags & DATED) !== 0,
    };
  }
}
