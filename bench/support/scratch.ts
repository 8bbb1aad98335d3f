/** A directory for compiled helpers, gone afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Scratch extends Disposable {
  readonly path: string;
}

export function scratchDirectory(): Scratch {
  const path = mkdtempSync(join(tmpdir(), "bun-watchdog-bench-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
