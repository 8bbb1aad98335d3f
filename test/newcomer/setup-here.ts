/** `setup` in this process, on a scratch project with a stand-in for the watchdog that leaves a sign: for tables of many repositories. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { install, type SetupOptions, uninstall } from "../../src/setup/run.ts";
import type { SetupResult } from "../../src/setup/text.ts";
import { hasSign, setupProject, sign, type SetupProject } from "./setup-project.ts";

export interface SetupHere extends SetupProject {
  setUp(below?: string, options?: Partial<SetupOptions>): SetupResult;
  takeBack(below?: string): SetupResult;
  /** Did the clean-up run in a commit that is made now? */
  runsOnCommit(below?: string): Promise<boolean>;
}

/** The settings of git are the project's own `.gitconfig` alone. */
export async function setupHere(): Promise<SetupHere> {
  const project = await setupProject();
  const { directory } = project;
  process.env["GIT_CONFIG_GLOBAL"] = join(directory, ".gitconfig");
  process.env["GIT_CONFIG_NOSYSTEM"] = "1";
  const account = {
    uid: process.getuid?.() ?? null,
    home: directory,
    state: join(directory, ".kiro/account/bun-watchdog"),
    monitor: { package: repository, searched: "", bun: [process.execPath] },
  };
  rmSync(join(directory, "node_modules/.bin/bun-watchdog"));
  const signs = join(directory, "signs");
  project.file("node_modules/.bin/bun-watchdog", `#!/bin/sh\ncd '${directory}' && ${sign("ran")}\n`, 0o755);
  return Object.assign(project, {
    setUp: (below = "", options = {}) =>
      install(join(directory, below), account, { hook: "pre-commit", ...options }),
    takeBack: (below = "") => uninstall(join(directory, below), account, { hook: "pre-commit" }),
    runsOnCommit: async (below = "") => {
      rmSync(signs, { recursive: true, force: true });
      const { exitCode, stderr } = await project.commit(below);
      if (exitCode !== 0) throw new Error(stderr);
      return hasSign(project, "ran");
    },
  });
}
