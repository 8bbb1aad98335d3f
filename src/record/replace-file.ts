/** Replaces a file as a whole: who reads it finds the old text or the new one, after a crash or a power cut too. */
import { constants, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { closing, ownUid } from "../trust/open.ts";
import { requireBelievable } from "../trust/path.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

const OWNER_ONLY = 0o700;

/**
 * Creates what is missing of `path` with mode 0700. Throws what mkdir(2) throws, and UntrustedError for a path that
 * would send our writes wherever another account likes.
 */
export function ensureDirectory(path: string): void {
  requireBelievable(path, ownUid());
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY });
  requireBelievable(path, ownUid());
}

/** A new file, mode 0600, in place of what was at `path`. For one writer at a time. Throws what open(2) and write(2) throw. */
export function createAnew(path: string): number {
  rmSync(path, { force: true });
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

/** Gives what was written to `temporary` its name. Closed file, same directory. */
export function moveInto(temporary: string, path: string): void {
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** Mode 0600, its directory is made; a symbolic link at `path` is replaced, not followed. */
export function replaceFile(path: string, text: string): void {
  ensureDirectory(dirname(path));
  const temporary = `${path}.new`;
  closing(createAnew(temporary), (fd) => {
    writeFileSync(fd, text);
    fsyncSync(fd);
  });
  moveInto(temporary, path);
}

/** Without it a power cut may take the new name back (fsync(2)). */
const syncDirectory = (path: string): void => closing(openSync(path, constants.O_RDONLY), fsyncSync);
