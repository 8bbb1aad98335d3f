/** `config check | print | schema`. */
import { printConfig } from "../../config/print.ts";
import { governanceInWords } from "../../core/judge/governance-words.ts";
import { configuration } from "../../host/configuration.ts";
import { shownSettings } from "../../config/schema/secrets.ts";
import { checkSchedules } from "../../upkeep/problems.ts";
import { green } from "../../text/style.ts";
import { packageFile } from "../../trust/package-file.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

/** A configuration that cannot be used throws ConfigError, which the edge prints with exit 2. */
async function check(options: JsonFlags): Promise<number> {
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

async function print(options: JsonFlags): Promise<number> {
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

const SCHEMA = packageFile("config/bun-process-config.schema.json");

async function schema(): Promise<number> {
  console.log((await Bun.file(SCHEMA).text()).trimEnd());
  return 0;
}

const OPTIONS = [...CONFIG_OPTIONS, JSON_OPTION];

export const configCommand: Declaration = {
  commands: {
    check: {
      summary: "check the configuration, and name file, line and key of what is wrong",
      options: OPTIONS,
      examples: [["config check", "before a commit, or in CI"]],
      exitCodes: [
        ["0", "it can be used"],
        ["2", "something in it is wrong, or wrong arguments"],
      ],
      run: check,
    },
    print: {
      summary: "print the configuration in force, the built-in rules written out",
      options: OPTIONS,
      examples: [["config print --json | jq .settings", "for scripts"]],
      run: print,
    },
    schema: {
      summary: "print the JSON Schema of the configuration file",
      options: OPTIONS,
      examples: [["config schema > .kiro/schema.json", "for an editor"]],
      run: schema,
    },
  },
};
