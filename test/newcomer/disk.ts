/** Small file systems of a test's own, in its own mount namespace: invisible to everybody else. */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ConfigFile, type Project, scratchProject } from "../support/launch.ts";
import { hasCode } from "../support/proc.ts";
import type { Part } from "../support/skip.ts";
import { SCALED } from "./scaled.ts";

const mount = (...args: readonly string[]): number =>
  Bun.spawnSync(["mount", ...args], { stderr: "ignore" }).exitCode;
const unmount = (path: string): void => void Bun.spawnSync(["umount", "--lazy", path]);

export const tmpfs: Part = {
  name: "tmpfs",
  missing: () => {
    using probe = scratchProject(null);
    if (mount("-t", "tmpfs", "tmpfs", probe.directory) !== 0)
      return "no file system can be mounted; run it as root";
    unmount(probe.directory);
    return null;
  },
};

/** The project with a file system of its own mounted in it. */
export function withMount(project: Project, path: string, options: string): Project {
  const where = join(project.directory, path);
  mkdirSync(where, { recursive: true, mode: 0o700 });
  if (mount("-t", "tmpfs", "-o", options, "tmpfs", where) !== 0) throw new Error(`no mount on ${where}`);
  return {
    ...project,
    [Symbol.dispose]: () => {
      unmount(where);
      project[Symbol.dispose]();
    },
  };
}

/** A small disk of its own for .kiro. */
export function projectOnDisk(sizeKb: number, config: ConfigFile = SCALED): Project {
  const project = withMount(scratchProject(null), ".kiro", `size=${sizeKb}k,mode=700`);
  project.writeConfig(config);
  return project;
}

/** Writes until there is no more room. */
export function fill(path: string): void {
  try {
    for (;;) appendFileSync(path, "x".repeat(4_096));
  } catch (error) {
    if (!hasCode(error, "ENOSPC")) throw error;
  }
}
