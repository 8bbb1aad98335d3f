/** The configuration a command works under: the files, the environment, and what its flags say. */
import { homedir } from "node:os";
import { loadConfig, type Loaded } from "../config/load.ts";
import { UsageError } from "./errors.ts";

/** The flags every command has. */
export interface ConfigFlags {
  readonly config?: string;
  readonly scope?: string;
  readonly mode?: string;
}

function oneOf<T extends string>(
  flag: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new UsageError(`${flag} ${JSON.stringify(value)} is unknown. It takes ${allowed.join(", ")}.`);
  return found;
}

/** Loads it; its warnings are the caller's to show. @throws ConfigError, UsageError */
export const loadedConfiguration = (flags: ConfigFlags): Promise<Loaded> =>
  loadConfig({
    cwd: process.cwd(),
    env: process.env,
    uid: process.getuid?.() ?? null,
    home: homedir(),
    ...(flags.config === undefined ? {} : { file: flags.config }),
    flags: {
      scope: oneOf("--scope", flags.scope, ["user", "project", "machine"]),
      mode: oneOf("--mode", flags.mode, ["enforce", "observe"]),
    },
  });

/** Loads it and prints its warnings to stderr. @throws ConfigError, UsageError */
export async function configuration(flags: ConfigFlags): Promise<Loaded> {
  const loaded = await loadedConfiguration(flags);
  for (const warning of loaded.warnings) console.error(`warning: ${warning}`);
  return loaded;
}
