/**
 * Puts a log file aside when it has grown, or when a day is over. `api-out.2026-11-28T23-00-00.123Z.log` is
 * such a name; their order is the order of time.
 */
import { closeSync, fsync, readdirSync, renameSync, rmSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { orElse } from "../../text/system-error.ts";
import { partsOf } from "./place.ts";

export interface Rotation {
  readonly maxBytes: number;
  readonly daily: boolean;
  readonly keep: number;
  readonly keepMs: number | null;
  readonly compress: boolean;
}

/** A file that cannot be renamed goes on growing; renaming it is tried again after this time. */
const AGAIN_MS = 60_000;
export const PACKED = ".gz";

/** An ISO time, in characters that every file system takes: `2026-11-28T23-00-00.123Z`. */
const STAMP = /^\.(?<date>\d{4}-\d{2}-\d{2})T(?<h>\d{2})-(?<m>\d{2})-(?<s>\d{2}\.\d{3}Z)$/;
const stampOf = (atMs: number): string => `.${new Date(atMs).toISOString().replaceAll(":", "-")}`;

export interface PutAside {
  readonly path: string;
  readonly isPacked: boolean;
  /** The time when the file was put aside. */
  readonly atMs: number;
}

/**
 * Lists the files that a log file was put aside as, oldest first. One that is there both packed and plain
 * counts as packed: only whole files get the packed name.
 */
export function putAsideFiles(path: string): readonly PutAside[] {
  const directory = dirname(path);
  const [stem, ending] = partsOf(path);
  const found = new Map<number, PutAside>();
  for (const name of orElse([], () => readdirSync(directory), "ENOENT")) {
    const isPacked = name.endsWith(PACKED);
    const plain = isPacked ? name.slice(0, -PACKED.length) : name;
    if (!plain.startsWith(stem) || !plain.endsWith(ending)) continue;
    const groups = STAMP.exec(plain.slice(stem.length, plain.length - ending.length))?.groups;
    if (groups === undefined) continue;
    const atMs = Date.parse(`${groups["date"]}T${groups["h"]}:${groups["m"]}:${groups["s"]}`);
    if (isPacked || !found.has(atMs)) found.set(atMs, { path: join(directory, name), isPacked, atMs });
  }
  return [...found.values()].toSorted((a, b) => a.atMs - b.atMs);
}

function midnightAfter(atMs: number): number {
  const at = new Date(atMs);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime();
}

export class Rotations {
  readonly #path: string;
  #policy: Rotation;
  /** About when the first line of the file came. */
  #sinceMs = 0;
  /** Local midnight after that; null: not asked for yet. */
  #dayEndsMs: number | null = null;
  #notBeforeMs = 0;

  constructor(path: string, policy: Rotation) {
    this.#path = path;
    this.#policy = policy;
  }

  set policy(policy: Rotation) {
    this.#policy = policy;
  }

  get maxBytes(): number {
    return this.#policy.maxBytes;
  }

  opened({ size, mtimeMs }: Stats): void {
    this.#sinceMs = size === 0 ? Date.now() : mtimeMs;
    this.#dayEndsMs = null;
  }

  isDue(size: number): boolean {
    if (size < this.#policy.maxBytes && !this.#policy.daily) return false;
    const nowMs = Date.now();
    if (nowMs < this.#notBeforeMs) return false;
    if (size >= this.#policy.maxBytes) return true;
    // asked only of who wants it: the first use of local time takes 2 MB for good
    this.#dayEndsMs ??= midnightAfter(this.#sinceMs);
    return nowMs >= this.#dayEndsMs;
  }

  /**
   * Returns when the file was put aside; null: it cannot be renamed. The descriptor is closed once all of the
   * file is on the disk.
   */
  putAside(fd: number): number | null {
    const [stem, ending] = partsOf(this.#path);
    const newestMs = putAsideFiles(this.#path).at(-1)?.atMs ?? 0;
    // the file gets a name of its own that sorts behind all others, also when the clock was set back
    const stampMs = Math.max(Date.now(), newestMs + 1);
    const target = join(dirname(this.#path), `${stem}${stampOf(stampMs)}${ending}`);
    if (orElse("failed", () => renameSync(this.#path, target)) === "failed") {
      this.#notBeforeMs = Date.now() + AGAIN_MS;
      return null;
    }
    // fsync runs on another thread, because it may take as long as the disk likes; if it fails there, nobody
    // else can do it either
    fsync(fd, () => closeSync(fd));
    return stampMs;
  }

  get isCompressed(): boolean {
    return this.#policy.compress;
  }

  /** Removes files by number and by age. Returns the times when the removed ones were put aside. */
  prune(): readonly number[] {
    const { keep, keepMs } = this.#policy;
    const files = putAsideFiles(this.#path);
    const oldestMs = keepMs === null ? -Infinity : Date.now() - keepMs;
    const expired = files.filter(({ atMs }, at) => at < files.length - keep || atMs < oldestMs);
    for (const { path } of expired)
      for (const each of new Set([path, path.replace(/\.gz$/, "")])) rmSync(each, { force: true });
    return expired.map(({ atMs }) => atMs);
  }
}
