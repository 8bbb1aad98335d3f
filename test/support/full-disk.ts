/** A small file system without a free byte, as a test needs one to see what is made of that. */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { insideNamespace } from "./namespace.ts";
import { hasCode } from "./proc.ts";
import type { Part } from "./skip.ts";

/** The mount must not outlive the test: it belongs to the mount namespace that every test file of `npm test` has. */
export const ownMounts: Part = {
  name: "mount namespace",
  missing: () => (insideNamespace() ? null : "mounts a small file system; run it with npm test"),
};

export interface FullDisk extends Disposable {
  /** Gives the room back. */
  readonly free: () => void;
  /** Takes what room there is. */
  readonly fill: () => void;
}

/** A file system of `sizeKb` KiB at `path`, full at first. */
export function fullDisk(path: string, sizeKb = 64): FullDisk {
  mkdirSync(path);
  const options = `size=${sizeKb}k,mode=755`;
  const { exitCode, stderr } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  const filler = join(path, "filler");
  const fill = (): void => {
    // whole pages: what is left of the last one is not usable by another file either
    const { bavail, bsize } = statfsSync(path);
    try {
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    } catch (error) {
      // somebody else has taken the last of it meanwhile
      if (!hasCode(error, "ENOSPC")) throw error;
    }
  };
  fill();
  return {
    free: () => rmSync(filler, { force: true }),
    fill,
    [Symbol.dispose]: () => void Bun.spawnSync(["umount", "--lazy", path]),
  };
}
