/** Packages of others that ship tests which Bun can run: from the registry at the time of the test, into a folder that is removed. */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** By what their tests are written for: node:test, and (no-case, change-case) jest. Each version is one, so that a run can be repeated. */
const PACKAGES = {
  "find-my-way": "9.10.2",
  "fast-json-stringify": "7.3.10",
  avvio: "9.3.1",
  "process-warning": "5.1.1",
  "light-my-request": "6.8.1",
  "no-case": "3.0.4",
  "change-case": "4.1.2",
} as const;

/** Resolves to the folders of all packages. Bun runs no tests below node_modules, so each is copied out of it. */
export async function installPackages(folder: string): Promise<readonly string[]> {
  writeFileSync(join(folder, "package.json"), "{}");
  const words = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  const child = Bun.spawn([process.execPath, "add", "--ignore-scripts", "--exact", ...words], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = await child.stderr.text();
  if ((await child.exited) !== 0) throw new Error(`packages cannot be installed: ${said}`);
  return Object.keys(PACKAGES).map((name) => {
    const copy = join(folder, name);
    cpSync(join(folder, "node_modules", name), copy, { recursive: true });
    return copy;
  });
}
