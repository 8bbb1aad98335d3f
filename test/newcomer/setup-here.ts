/** `setup` in this process, on a scratch project with a stand-in for the watchdog that leaves a sign: for tables of many repositories. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { install, type SetupOptions, uninstall } from "../../src/setup/run.ts";
import type { SetupResult } from "../../src/setup/text.ts";
import { hasSign, setupProject, sign, type SetupProject } from "./setup-project.ts";

export interface SetupCalls {
  setUp(below?: string, options?: Partial<SetupOptions>): SetupResult;
  takeBack(below?: string): SetupResult;
}

export interface SetupHere extends SetupProject, SetupCalls {
  /** Did the clean-up run in a commit that is made now? */
  runsOnCommit(below?: string): Promise<boolean>;
}

/** The account's home is the project, and the settings of git are its `.gitconfig` alone. `state`: where its records lie. */
export function setupCalls(
  { directory }: SetupProject,
  state = join(directory, ".kiro/account"),
): SetupCalls {
  const account = {
    uid: process.getuid?.() ?? null,
    home: directory,
    state: join(state, "bun-watchdog"),
    monitor: { package: repository, searched: "", bun: [process.execPath] },
  };
  const call = (act: typeof install, below: string, options: Partial<SetupOptions>): SetupResult => {
    // others may be at it between two calls, and not during one
    process.env["HOME"] = directory;
    process.env["GIT_CONFIG_GLOBAL"] = join(directory, ".gitconfig");
    process.env["GIT_CONFIG_NOSYSTEM"] = "1";
    return act(join(directory, below), account, { hook: "pre-commit", ...options });
  };
  return {
    setUp: (below = "", options = {}) => call(install, below, options),
    takeBack: (below = "") => call(uninstall, below, {}),
  };
}

export function setupHere(parent?: string): SetupHere {
  const project = setupProject(parent);
  const { directory } = project;
  rmSync(join(directory, "node_modules/.bin/bun-watchdog"));
  const signs = join(directory, "signs");
  project.file("node_modules/.bin/bun-watchdog", `#!/bin/sh\ncd '${directory}' && ${sign("ran")}\n`, 0o755);
  return Object.assign(project, setupCalls(project), {
    runsOnCommit: async (below = "") => {
      rmSync(signs, { recursive: true, force: true });
      const { exitCode, stderr } = await project.commit(below);
      if (exitCode !== 0) throw new Error(stderr);
      return hasSign(project, "ran");
    },
  });
}
