/** What Bun's executables are called: all that can be told of one that may not be read. */

/** Names that Bun is shipped under; npm installs `bun.exe` on Linux too. */
export const BUN_NAMES: ReadonlySet<string> = new Set([
  "bun",
  "bun.exe",
  "bunx",
  "bunx.exe",
  "bun-profile",
  "bun-debug",
]);

/**
 * Bun before the `.bun` section can only be told by name, and others are called bun too (a Go program's
 * 20 MB): every Bun release is over 50 MB.
 */
export const SMALLEST_BUN_BYTES = 48 * 1024 * 1024;
