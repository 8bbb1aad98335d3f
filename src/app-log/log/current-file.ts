/**
 * This is the file that a log's lines go to now. It is opened anew when somebody removed it or put it aside,
 * and it is put aside when it is due.
 */
import { closeSync, fstatSync, ftruncateSync, lstatSync, type Stats, writeSync } from "node:fs";
import { endsLine } from "./account.ts";
import { openLog } from "./place.ts";
import type { Packer } from "./packer.ts";
import { Rotations, type Rotation } from "./rotation.ts";
import { TimeNotes } from "./times.ts";

export class CurrentFile implements Disposable {
  readonly path: string;
  readonly #rotations: Rotations;
  readonly #times: TimeNotes;
  readonly #packer: Packer;
  #fd = -1;
  #stat: Stats | null = null;

  /** `notes`: the path, without an ending, of what is kept about the file. */
  constructor(path: string, notes: string, rotation: Rotation, packer: Packer) {
    this.path = path;
    this.#packer = packer;
    this.#times = new TimeNotes(notes);
    this.#rotations = new Rotations(path, rotation);
  }

  set rotation(rotation: Rotation) {
    this.#rotations.policy = rotation;
  }

  /** The file as `refresh` found it. */
  get stat(): Stats {
    if (this.#stat === null) throw new Error(`${this.path} is not open`);
    return this.#stat;
  }

  /** The open descriptor; -1 = it has not been opened yet. */
  get fd(): number {
    return this.#fd;
  }

  /** The number of bytes that may be written before the file is put aside. */
  get room(): number {
    return this.#rotations.maxBytes - this.stat.size;
  }

  /**
   * Looks whether the file is still there. true: it is another file than before. Throws what opening it
   * throws.
   */
  refresh(): boolean {
    const there = lstatSync(this.path, { throwIfNoEntry: false });
    if (
      this.#fd >= 0 &&
      there?.ino === this.#stat?.ino &&
      there?.dev === this.#stat?.dev &&
      there !== undefined
    ) {
      this.#stat = there;
      return false;
    }
    this.#close();
    this.#fd = openLog(this.path);
    this.#stat = fstatSync(this.#fd);
    this.#rotations.opened(this.#stat);
    if (this.#stat.size === 0) this.#times.begin();
    return true;
  }

  isDue(): boolean {
    return this.stat.size > 0 && this.#rotations.isDue(this.stat.size);
  }

  /** Puts the file aside. Then there is a new one, unless it cannot be renamed. */
  putAside(): void {
    const asideMs = this.#rotations.putAside(this.#fd);
    if (asideMs === null) return;
    this.#fd = -1;
    this.#times.putAside(asideMs);
    for (const goneMs of this.#rotations.prune()) this.#times.forget(goneMs);
    if (this.#rotations.isCompressed) this.#packer.pack(this.path);
    this.refresh();
  }

  endsLine(): boolean {
    return endsLine(this.#fd);
  }

  empty(): void {
    ftruncateSync(this.#fd);
    this.#times.begin();
  }

  /** Notes that the bytes that are appended next come now, from this spool. */
  noteTime(nowMs: number, spool: number): void {
    this.#times.come(this.stat.size, nowMs, spool);
  }

  append(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}
