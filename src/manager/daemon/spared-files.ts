/**
 * Small files of a directory, each replaced as a whole. Where its disk takes nothing (it is full, or read-only), a file stands below a
 * spare directory until it does: what runs is not lost from sight for it. The spare one need not outlive the machine.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, orElse } from "../../text/system-error.ts";
import { entriesAt, listedAt } from "../../trust/small-files.ts";

export class SparedFiles {
  readonly #home: string;
  readonly #spare: string;
  readonly #spared: Set<string>;

  constructor(home: string, spare: string) {
    this.#home = home;
    this.#spare = spare;
    this.#spared = new Set(
      entriesAt(spare, "ENOENT") === null ? [] : readdirSync(spare, { recursive: true, encoding: "utf8" }),
    );
  }

  /**
   * Returns the places at which that file may stand. It stands at both if a manager died between two calls.
   */
  places(name: string): readonly string[] {
    const home = join(this.#home, name);
    return this.#spared.has(name) ? [home, join(this.#spare, name)] : [home];
  }

  /** Names of what is in a folder. */
  listed(folder: string): readonly string[] {
    const names = [this.#home, this.#spare].flatMap((place) => listedAt(join(place, folder)));
    return [...new Set(names)];
  }

  replace(name: string, text: string): void {
    this.#write(name, text, replace);
  }

  /**
   * One more line at its end, and the last one counts: on ext4 a rename over a file takes 2 ms, and a line 10 µs. The file begins
   * anew when it is long.
   */
  append(name: string, line: string): void {
    this.#write(name, line, appendLine);
  }

  #write(name: string, text: string, write: (path: string, text: string) => void): void {
    try {
      write(join(this.#home, name), text);
    } catch (error) {
      if (codeOf(error) === null) throw error;
      replace(join(this.#spare, name), text);
      this.#spared.add(name);
      return;
    }
    if (this.#spared.delete(name)) rmSync(join(this.#spare, name), { force: true });
  }

  /** A file, or a folder with all that is in it. */
  remove(name: string): void {
    for (const place of [this.#spare, this.#home])
      rmSync(join(place, name), { recursive: true, force: true });
    for (const one of this.#spared) if (one === name || one.startsWith(`${name}/`)) this.#spared.delete(one);
  }
}

const MOST_BYTES = 64 * 1_024;

function appendLine(path: string, line: string): void {
  const file = orElse(null, () => openSync(path, "a", 0o600), "ENOENT");
  if (file === null) return replace(path, line);
  let isLong = false;
  try {
    // a line that found no room before it may have no end
    const text = Buffer.from(`\n${line}`);
    if (writeSync(file, text) < text.length)
      throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    isLong = fstatSync(file).size > MOST_BYTES;
  } finally {
    closeSync(file);
  }
  if (isLong) replace(path, line);
}

function replace(path: string, text: string): void {
  const temporary = `${path}.new`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, text, { mode: 0o600 });
  }
  renameSync(temporary, path);
}
