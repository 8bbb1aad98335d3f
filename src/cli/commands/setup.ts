/** `setup`: puts the watchdog into a project, and takes it out again. Plans first; a dry run prints the plan. */
import { realpathSync } from "node:fs";
import { OWN_FLAGS } from "../../trust/own-bun.ts";
import { packageFile } from "../../trust/package-file.ts";
import { HOOKS } from "../../setup/hooks/call.ts";
import { homeOf, stateDirectory } from "../../trust/state.ts";
import { ownUid } from "../../trust/open.ts";
import { configuration } from "../../host/configuration.ts";
import { workingDirectory } from "../../text/errors.ts";
import { Operator } from "../../watch/operator.ts";
import { firstContact } from "../../render/first-contact.ts";
import { type Account, install, type SetupOptions, uninstall } from "../../setup/run.ts";
import { renderSetup, setupJson } from "../../setup/text.ts";
import { JSON_OPTION, type Declaration } from "../declaring.ts";
import { messageOf } from "../../text/system-error.ts";

type Options = SetupOptions & { readonly uninstall?: boolean; readonly json?: boolean };

const account = (): Account => {
  const [uid, env] = [ownUid(), process.env];
  const home = homeOf(uid, env);
  return {
    uid,
    home,
    state: stateDirectory({ uid, home, env }),
    monitor: {
      package: realpathSync(packageFile(".")),
      searched: env["PATH"] ?? "",
      bun: [process.execPath, ...OWN_FLAGS],
    },
  };
};

/** Exit 0; 1 when something could not be done and was said. */
export async function setup(options: Options): Promise<number> {
  const act = options.uninstall === true ? uninstall : install;
  const result = act(workingDirectory(), account(), options);
  console.log(options.json === true ? JSON.stringify(setupJson(result)) : await renderSetup(result));
  const isInForce = options.uninstall !== true && options.dryRun !== true && options.json !== true;
  if (isInForce) console.log(["", ...(await whoIsThere())].join("\n"));
  return result.refused.length > 0 ? 1 : 0;
}

/** Shows who is there, with the limits that are in force from now on. */
async function whoIsThere(): Promise<readonly string[]> {
  try {
    const loaded = await configuration({});
    await using operator = new Operator(loaded);
    const seen = await operator.look({ full: true, remember: false });
    return firstContact(seen, seen.monitorPid !== null);
  } catch (error) {
    // this is no failure of the setup: it is done
    return [`What runs here could not be looked at: ${messageOf(error)}`];
  }
}

export const setupCommand: Declaration = {
  options: [
    ["-n, --dry-run", "show what would change, and change nothing"],
    ["-f, --force", "also replace package scripts of the same names, and the workflow"],
    ["--hook <hook>", "the git hook to use", HOOKS, "pre-commit"],
    ["--ci <service>", "also a CI workflow", ["github"]],
    ["--service <system>", "also a user service that watches this account", ["systemd"]],
    [
      "--wrap [scripts]",
      "show the package scripts as the gate would run them; --wrap=dev,test: change those",
    ],
    ["--shim", "also .kiro/bin/bun, which sends every plain bun of this project through the gate"],
    ["--no-orphans", "also noOrphans in bunfig.toml: Bun ends with whoever started it"],
    ["--uninstall", "take everything out again"],
    JSON_OPTION,
  ],
  examples: [
    ["setup --dry-run", "what it would change"],
    ["setup", "limits, scripts, .gitignore, pre-commit hook"],
    ["setup --hook pre-push --ci github", "another hook, and a workflow"],
    ["setup --uninstall", "every file as it was before"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "something could not be done; it was named"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: setup,
};
