/** The log files that are open now: one for each path, however many spools it gets. */
import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { LogPolicy } from "../../core/app/app-spec.ts";
import { Packer } from "./packer.ts";
import { LogFile, type OnTrouble } from "./log-file.ts";

const HASH_CHARACTERS = 16;

/** Where what we know of a log file is kept, without an ending. */
export const notesOf = (directory: string, path: string): string =>
  join(directory, new Bun.CryptoHasher("sha256").update(path).digest("hex").slice(0, HASH_CHARACTERS));

export class LogFiles implements Disposable {
  readonly #directory: string;
  readonly #onTrouble: OnTrouble;
  readonly #packer = new Packer();
  readonly #open = new Map<string, LogFile>();

  constructor(directory: string, onTrouble: OnTrouble) {
    this.#directory = directory;
    this.#onTrouble = onTrouble;
  }

  at(path: string, policy: LogPolicy): LogFile {
    const settings = { dateFormat: policy.dateFormat, rotation: policy };
    const known = this.#open.get(path);
    known?.configure(settings);
    if (known !== undefined) return known;
    const notes = notesOf(this.#directory, path);
    const file = new LogFile(path, settings, { notes, packer: this.#packer, onTrouble: this.#onTrouble });
    this.#open.set(path, file);
    return file;
  }

  /** Closes those that nobody writes to any more. */
  prune(): void {
    for (const [path, file] of this.#open) {
      if (file.flows.size > 0) continue;
      file[Symbol.dispose]();
      const notes = basename(notesOf(this.#directory, path));
      for (const name of readdirSync(this.#directory))
        if (name.startsWith(notes)) rmSync(join(this.#directory, name), { force: true });
      this.#open.delete(path);
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#open.values()) file[Symbol.dispose]();
    this.#open.clear();
  }
}
