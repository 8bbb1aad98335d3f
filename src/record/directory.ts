/** Directories that records are kept in. */
import { mkdirSync } from "node:fs";
import { ownUid } from "../trust/open.ts";
import { requireBelievable } from "../trust/path.ts";

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
