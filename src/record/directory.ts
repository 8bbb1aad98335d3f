/** Directories that records are kept in. */
import { lstatSync, mkdirSync } from "node:fs";

const OWNER_ONLY = 0o700;

/**
 * Creates what is missing of `path` with mode 0700. Throws what mkdir(2) throws, and EPERM when the directory is a
 * symbolic link that neither this account nor root made: it would send our writes wherever its owner likes.
 */
export function ensureDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY });
  const stat = lstatSync(path);
  if (!stat.isSymbolicLink() || stat.uid === 0 || stat.uid === process.getuid?.()) return;
  throw Object.assign(new Error(`${path} is a symbolic link made by user ${stat.uid}`), { code: "EPERM" });
}
