/** A copy of the working tree in which a mutant may live: never the tree that somebody works in. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { mutate, type Mutant } from "./mutant.ts";

export class Checkout implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "bun-watchdog-mutant-"));

  constructor() {
    // some tests run parts of it as another account
    chmodSync(this.directory, 0o755);
    const copy = 'git ls-files -z --cached --others --exclude-standard | tar --null -T - -c | tar -x -C "$1"';
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", copy, "sh", this.directory], {
      cwd: repository,
      stderr: "pipe",
    });
    if (exitCode !== 0) throw new Error(`The working tree could not be copied: ${stderr.toString()}`);
    symlinkSync(join(repository, "node_modules"), join(this.directory, "node_modules"));
  }

  /** What `use` finds while the mutant is in; null when its text does not stand in its file exactly once. */
  async with<T>(mutant: Mutant, use: () => Promise<T>): Promise<T | null> {
    const path = join(this.directory, mutant.file);
    if (!existsSync(path)) return null;
    const original = readFileSync(path, "utf8");
    const mutated = mutate(original, mutant);
    if (mutated === null) return null;
    writeFileSync(path, mutated);
    try {
      return await use();
    } finally {
      writeFileSync(path, original);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
