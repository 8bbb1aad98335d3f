/** A temporary directory for a whole test file: what is SIGKILLed in a test cannot clean up after itself. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function withTemporary<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "bwt-"));
  // as /tmp is: some tests run as another account
  chmodSync(directory, 0o1777);
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
