/** Loads apps from a scratch folder, as the command line does. */
import { homedir } from "node:os";
import { type LoadAppsOptions, type LoadedApps, loadApps } from "../../../../src/config/apps/load.ts";
import { ConfigError, type Problem } from "../../../../src/config/schema/problem.ts";
import { openContainers } from "../../../../src/os/select-containers.ts";
import { ownUid } from "../../../../src/trust/open.ts";
import type { Scratch } from "../scratch.ts";

const bun = { PATH: process.env["PATH"] ?? "" };

export const load = ({ root }: Scratch, options: Partial<LoadAppsOptions> = {}): Promise<LoadedApps> =>
  loadApps({
    cwd: root,
    home: homedir(),
    uid: ownUid(),
    env: bun,
    file: null,
    containers: async () => openContainers(),
    ...options,
  });

/** Everything that is wrong with it. */
export async function problemsOf(
  files: Scratch,
  options: Partial<LoadAppsOptions> = {},
): Promise<readonly Problem[]> {
  try {
    const { source } = await load(files, options);
    throw new Error(`${source} was accepted`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}
