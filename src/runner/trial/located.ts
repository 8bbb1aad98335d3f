/** Where the module of a trial is. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { TrialConfig } from "../../core/bench/trial-config.ts";
import { UsageError } from "../../text/errors.ts";

/** With its whole path. @throws UsageError where there is none */
export function located(config: TrialConfig, cwd: string): TrialConfig {
  if (config.file === null) return config;
  const file = resolve(cwd, config.file);
  if (!existsSync(file)) throw new UsageError(`file: there is no ${file}`);
  return { ...config, file };
}
