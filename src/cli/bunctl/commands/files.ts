/** The commands about config files. */
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { appsOfFile, type DeclaringFlags } from "../declared-apps.ts";

interface CheckFlags extends DeclaringFlags {
  readonly json?: boolean;
}

/** Exit 2 when something is wrong with it. */
async function check(file: string | undefined, flags: CheckFlags): Promise<number> {
  const { source, apps } = await appsOfFile(file === undefined ? flags : { ...flags, config: file }, null);
  if (flags.json === true) console.log(JSON.stringify({ schemaVersion: 1, source, apps }));
  else console.log(`${source} is fine: ${apps.map(({ name }) => name).join(", ")}`);
  return 0;
}

export const appConfigCommand: Declaration = {
  commands: {
    check: {
      summary: "read a config file, and say what is wrong with it",
      argument: ["[file]", "none = the nearest one"],
      options: [["--env <name>", "with what env_<name> of the file adds"], JSON_OPTION],
      examples: [
        ["config check", "the file that start would take"],
        ["config check --json | jq .apps", "every app with every default filled in"],
      ],
      run: check,
    },
  },
};
