/** What the declarations of commands share. It loads no parser: a plain monitor, which has no use for one, stays for months. */
import type { Command } from "commander";

export type SetExitCode = (code: number) => void;

export const exitingWith =
  <Args extends unknown[]>(setExitCode: SetExitCode, run: (...args: Args) => Promise<number>) =>
  async (...args: Args): Promise<void> =>
    setExitCode(await run(...args));

/** As a manual has them: by the program's name, whatever it takes to call it here. */
export const examples = (...lines: readonly [command: string, meaning: string][]): string =>
  `\nExamples:\n${lines.map(([command, meaning]) => `  $ bun-watchdog ${command.padEnd(31)} ${meaning}`).join("\n")}`;

/** The options that say whose limits apply, and to which processes. */
export const withConfig = (command: Command): Command =>
  command
    .option("--config <file>", "use this configuration file")
    .option(
      "--scope <scope>",
      "nearest (default): each by the file nearest above it, elsewhere harm only; project: this project's; user: all of this account's; machine: everybody's (root)",
    )
    .option("--mode <mode>", "enforce: stop runaways; observe: only report them");
