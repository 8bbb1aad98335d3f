/** The configuration a command works under: the files, the environment, and what its flags say. */
import { loadConfig, type Loaded } from "../config/load.ts";
import { homeOf } from "../trust/state.ts";
import { ownUid } from "../trust/open.ts";
import { workingDirectory } from "../text/errors.ts";
import { oneOf, SCOPES } from "./scope.ts";

export interface ConfigFlags {
  readonly config?: string;
  readonly scope?: string;
  readonly mode?: string;
}

/** Loads it; its warnings are the caller's to show. @throws ConfigError, UsageError */
export const loadedConfiguration = (flags: ConfigFlags): Promise<Loaded> =>
  loadConfig({
    cwd: workingDirectory(),
    env: process.env,
    uid: ownUid(),
    home: homeOf(ownUid(), process.env),
    ...(flags.config === undefined ? {} : { file: flags.config }),
    flags: {
      scope: oneOf("--scope", flags.scope, SCOPES),
      mode: oneOf("--mode", flags.mode, ["enforce", "observe"]),
    },
  });

/** Loads it and prints its warnings to stderr. @throws ConfigError, UsageError */
export async function configuration(flags: ConfigFlags): Promise<Loaded> {
  const loaded = await loadedConfiguration(flags);
  for (const warning of loaded.warnings) console.error(`warning: ${warning}`);
  return loaded;
}
