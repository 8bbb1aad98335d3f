/** `setup` on the command line. */
import { type Command, Option } from "commander";
import type { SetupOptions } from "../commands/setup.ts";
import { examples, type SetExitCode } from "./options.ts";

export function declareSetup(program: Command, setExitCode: SetExitCode): void {
  program
    .command("setup")
    .description(
      "put the watchdog into this project: limits, package scripts, a git hook; or take it out again",
    )
    .option("-n, --dry-run", "show what would change, and change nothing")
    .option("-f, --force", "overwrite package scripts of the same names")
    .addOption(
      new Option("--hook <name>", "the git hook to use")
        .choices(["pre-commit", "pre-push"])
        .default("pre-commit"),
    )
    .addOption(new Option("--ci <service>", "also a CI workflow").choices(["github"]))
    .addOption(
      new Option("--service <manager>", "also a user service that watches this account").choices(["systemd"]),
    )
    .option(
      "--wrap [scripts]",
      "show the package scripts as the gate would run them; --wrap=dev,test: change those",
    )
    .option("--shim", "also .kiro/bin/bun, which sends every plain bun of this project through the gate")
    .option("--uninstall", "take everything out again")
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["setup --dry-run", "what it would change"],
        ["setup", "limits, scripts, .gitignore, pre-commit hook"],
        ["setup --hook pre-push --ci github", "another hook, and a workflow"],
        ["setup --uninstall", "every file as it was before"],
      ),
    )
    .action(async (options: SetupOptions) => {
      const { setup } = await import("../commands/setup.ts");
      setExitCode(await setup(options));
    });
}
