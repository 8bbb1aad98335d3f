/** The log files that are open now. There is one for each path, however many spools it gets. */
import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LogPolicy } from "../../core/app/app-spec.ts";
import type { LoggedInstance } from "../../ports/app-logs.ts";
import { logFilesOf } from "../files.ts";
import { Packer } from "./packer.ts";
import { LogFile } from "./log-file.ts";
import type { OnTrouble } from "./refusals.ts";
import { TIMES_ENDING } from "./times.ts";

const HASH_CHARACTERS = 16;
/** `--since` reaches no further back. */
const KEPT_MS = 90 * 86_400_000;

/** The path, without an ending, where our notes about a log file are kept. */
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
    this.#forgetTimes();
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

  /** Those of an instance that ended before we came, as far as they are there. */
  left({ policy, number }: LoggedInstance): readonly LogFile[] {
    return (["out", "err"] as const)
      .flatMap((stream) => logFilesOf(policy, stream, number))
      .filter((path) => existsSync(path))
      .map((path) => this.at(path, policy));
  }

  /** Closes the log files that nobody writes to any more. */
  prune(): void {
    for (const [path, file] of this.#open) {
      if (file.flows.size > 0) continue;
      file[Symbol.dispose]();
      rmSync(`${notesOf(this.#directory, path)}.at`, { force: true });
      this.#open.delete(path);
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#open.values()) file[Symbol.dispose]();
    this.#open.clear();
  }

  /**
   * Removes old times, also those of log files that somebody removed: nothing but its times is left of each.
   */
  #forgetTimes(): void {
    for (const name of readdirSync(this.#directory)) {
      const path = join(this.#directory, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (name.endsWith(TIMES_ENDING) && stat !== undefined && stat.mtimeMs < Date.now() - KEPT_MS)
        rmSync(path, { force: true });
    }
  }
}
