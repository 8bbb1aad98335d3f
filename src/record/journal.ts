/**
 * The journal: one event per line of JSON, in the kernel's hands when `write` returns, so it outlives this process
 * (SIGKILL included; a power cut may take the last lines). It explains every death, so it never gives up: what
 * cannot be written now is kept and written before the next event.
 */
import { closeSync, constants, fstatSync, lstatSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { Journal } from "../ports/journal.ts";
import { openBelieved } from "../trust/open.ts";
import { codeOf, orElse } from "../text/system-error.ts";
import { complain, type Complain } from "./outlet.ts";
import { ensureDirectory } from "./replace-file.ts";

export interface EventJournal extends Journal {
  /** Why events are not reaching the disk right now; null = they are. */
  trouble(): string | null;
  close(): void;
}

export interface JournalOptions {
  /** Over this size the file is put aside. 10 MB hold about 20,000 kills. */
  readonly maxBytes?: number;
  /** How many put-aside files are kept. */
  readonly keep?: number;
  readonly complain?: Complain;
}

/** How many put-aside files are kept beside the current one. */
const MOST_JOURNALS = 3;

const DAY_MS = 24 * 60 * 60 * 1000;

const { O_APPEND, O_CREAT, O_RDWR } = constants;
/** Events kept in memory while the disk takes none; older ones are dropped and counted. */
const MAX_BACKLOG = 1_000;

/** Opens with the first event. Nothing here throws for what a disk may do: see `trouble`. */
export function openJournal(path: string, options: JournalOptions = {}): EventJournal {
  const { maxBytes = 10 * 1024 * 1024, keep = MOST_JOURNALS } = options;
  const file = new AppendFile(path);
  const backlog: string[] = [];
  let dropped = 0;
  let trouble: string | null = null;

  const flush = (): void => {
    file.reopenIfMoved();
    if (file.sizeBytes > maxBytes) {
      file.close();
      rotate(path, keep);
    }
    for (let line = backlog[0]; line !== undefined; line = backlog[0]) {
      file.append(line);
      backlog.shift();
    }
  };

  const write = (event: WatchdogEvent): void => {
    backlog.push(JSON.stringify(event));
    if (backlog.length > MAX_BACKLOG) {
      backlog.shift();
      dropped++;
    }
    try {
      flush();
    } catch (error) {
      file.close();
      const before = trouble;
      trouble = codeOf(error) ?? String(error);
      const what = error instanceof Error ? error.message : String(error);
      if (before === null)
        (options.complain ?? complain)(
          `bun-watchdog: the journal ${path} cannot be written: ${what}. Trying again with every event.`,
        );
      return;
    }
    trouble = null;
    if (dropped === 0) return;
    const lost = `${dropped} events could not be recorded and are lost`;
    dropped = 0;
    write({ type: "trouble", atMs: event.atMs, what: lost });
  };

  return { write, trouble: () => trouble, close: () => file.close() };
}

/** A file that is only ever appended to, one write(2) per line. */
class AppendFile {
  #fd: number | null = null;
  sizeBytes = 0;

  constructor(readonly path: string) {}

  /** Opens it, also when it was removed or put aside by another process since the last time. */
  reopenIfMoved(): void {
    if (this.#fd !== null) {
      const ours = fstatSync(this.#fd);
      const current = lstatSync(this.path, { throwIfNoEntry: false });
      this.sizeBytes = ours.size;
      if (current?.ino === ours.ino && current.dev === ours.dev) return;
      this.close();
    }
    this.#open();
  }

  #open(): number {
    ensureDirectory(dirname(this.path));
    const fd = openBelieved(this.path, O_RDWR | O_APPEND | O_CREAT);
    this.#fd = fd;
    endTornLine(fd);
    this.sizeBytes = fstatSync(fd).size;
    return fd;
  }

  /** Throws what write(2) throws, and ENOSPC for a line of which only a part fitted. */
  append(line: string): void {
    const fd = this.#fd ?? this.#open();
    const bytes = Buffer.from(`${line}\n`);
    const written = writeSync(fd, bytes);
    this.sizeBytes += written;
    if (written < bytes.length)
      throw Object.assign(new Error("no space left for the whole line"), { code: "ENOSPC" });
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

/** `path.1` …, newest first, as they may exist beside `path`. */
export const rotatedPaths = (path: string, keep = MOST_JOURNALS): readonly string[] =>
  Array.from({ length: keep }, (_, index) => `${path}.${index + 1}`);

/**
 * Keeps a file bounded by renaming: `path` becomes `path.1`, that one `path.2`; rename(2) replaces, so the last one drops off.
 * After it there is no file at `path`.
 */
export function rotate(path: string, keep: number): void {
  const names = [path, ...rotatedPaths(path, keep)];
  for (let index = names.length - 1; index > 0; index--) {
    const [from = "", to = ""] = [names[index - 1], names[index]];
    // not rotated that often yet, or another process was faster
    orElse(null, () => renameSync(from, to), "ENOENT");
  }
}

/** Removes what was put aside and got its last line more than `maxDays` ago; returns how many. A journal keeps its time when it is renamed. */
export function removeOldJournals(path: string, nowMs: number, maxDays: number): number {
  const old = rotatedPaths(path).filter((aside) => {
    const stat = lstatSync(aside, { throwIfNoEntry: false });
    return stat !== undefined && stat.isFile() && stat.mtimeMs < nowMs - maxDays * DAY_MS;
  });
  for (const aside of old) rmSync(aside, { force: true });
  return old.length;
}

const NEWLINE = 10;

/**
 * A crash or a full disk can cut a file's last line off; the next one must not be glued to it. `fd` is open for reading and
 * appending; throws what write(2) throws.
 */
export function endTornLine(fd: number): void {
  const { size } = fstatSync(fd);
  const last = new Uint8Array(1);
  if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE) writeSync(fd, "\n");
}
