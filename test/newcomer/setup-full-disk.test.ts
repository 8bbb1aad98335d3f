/** A disk with room for a part: all files are the old ones and the exit code is 1, or all are the new ones and it is 0. */
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "bun:test";
import { needs } from "../support/skip.ts";
import { tmpfs, withMount } from "./disk.ts";
import { setupProject } from "./setup-project.ts";

const SIZE = "size=256k,mode=755";
/** Two files of ours and their directories need about ten. */
const PAGES = 16;
const MANIFEST = `${JSON.stringify({
  name: "x",
  dependencies: Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`package-${at}`, "^1.0.0"])),
})}\n`;

needs(tmpfs)("setup and its way back with any number of free pages", async () => {
  using project = await setupProject();
  const seen = new Set<number>();
  for (let pages = 0; pages < PAGES; pages++) {
    using disk = withMount({ ...project, [Symbol.dispose]: () => {} }, "disk", SIZE);
    const folder = join(disk.directory, "disk");
    const fill = (): void => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, "filler"), Buffer.alloc(Math.max(0, bavail - pages) * bsize));
    };
    project.file("disk/package.json", MANIFEST);
    const before = project.picture();
    fill();
    const { exitCode, stderr } = await project.setup([], "disk");
    rmSync(join(folder, "filler"));
    seen.add(exitCode);
    const after = project.picture();
    if (exitCode === 0) expect(after["disk/package.json"]).toContain("bun:cleanup");
    else {
      expect(after).toEqual(before);
      expect(stderr).toContain("Nothing was changed");
    }
    fill();
    const back = await project.setup(["--uninstall"], "disk");
    rmSync(join(folder, "filler"));
    expect(project.picture()).toEqual(back.exitCode === 0 ? before : after);
  }
  expect(seen).toEqual(new Set([0, 1]));
});
