/** `setup`, `config`, `doctor` and `demo` on the command line. */
import { type Command, Option } from "commander";
import { examples, type SetExitCode, withConfig, running } from "./options.ts";

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
    .action(running(setExitCode, async () => (await import("../commands/setup.ts")).setup));
}

export function declareConfig(program: Command, setExitCode: SetExitCode): void {
  const config = program.command("config").description("check, print or describe the configuration");
  const declare = (name: "check" | "print" | "schema", description: string): void => {
    withConfig(config.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output")
      .action(async (options: { readonly config?: string; readonly json?: boolean }) => {
        const commands = await import("../commands/config.ts");
        setExitCode(await commands[name](options));
      });
  };
  declare("check", "exit 2 and say file, line and key when something is wrong");
  declare("print", "the configuration in force, the built-in rules written out");
  declare("schema", "the JSON Schema of the configuration file");
}

export function declareDoctor(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("doctor"))
    .description("what is in force here, what this machine lets it do, and who else kills")
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["doctor", "every finding is tried out, not read off a version"],
        ["doctor --json | jq .findings", "for scripts; exit 1 when something needed is missing"],
      ),
    )
    .action(running(setExitCode, async () => (await import("../commands/doctor.ts")).doctor));
}

export function declareDemo(program: Command, setExitCode: SetExitCode): void {
  program
    .command("demo")
    .description("watch it find and stop four harmless runaways, and spare two innocents")
    .option("--json", "one JSON object on standard output")
    .addHelpText("after", examples(["demo", "half a minute; needs no configuration, leaves nothing behind"]))
    .action(running(setExitCode, async () => (await import("../commands/demo.ts")).demo));
}
