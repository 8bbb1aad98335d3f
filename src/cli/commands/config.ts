/** `config check | print | schema`. */
import { printConfig } from "../../config/print.ts";
import { governanceInWords } from "../../core/judge/governance-words.ts";
import { SCHEMA_PATH } from "../../config/schema/schema-file.ts";
import { configuration, type ConfigFlags } from "../../host/configuration.ts";
import { shownSettings } from "../../config/schema/secrets.ts";
import { checkSchedules } from "../../upkeep/problems.ts";
import { green } from "../../text/style.ts";

export interface ConfigOptions extends ConfigFlags {
  readonly json?: boolean;
}

/** A configuration that cannot be used throws ConfigError, which the edge prints with exit 2. */
export async function check(options: ConfigOptions): Promise<number> {
  const loaded = await configuration(options);
  await checkSchedules(loaded);
  const { files, warnings, policy } = loaded;
  if (options.json === true)
    console.log(JSON.stringify({ schemaVersion: 1, ok: true, files, warnings, mode: policy.mode }));
  else if (files.length === 0)
    console.log("No configuration file: the defaults hold, and the mode is observe.");
  else console.log(`${green("ok")}  ${files.join(", ")}`);
  return 0;
}

export async function print(options: ConfigOptions): Promise<number> {
  const loaded = await configuration(options);
  const { settings, policy, files } = loaded;
  console.log(
    options.json === true
      ? JSON.stringify({
          schemaVersion: 1,
          files,
          settings: shownSettings(settings),
          policy,
          rule: governanceInWords(policy),
        })
      : printConfig(loaded),
  );
  return 0;
}

export async function schema(): Promise<number> {
  console.log((await Bun.file(SCHEMA_PATH).text()).trimEnd());
  return 0;
}
