/** What the declarations of commands share: kinds of values, common options, the form of examples. */
import { type Command, InvalidArgumentError } from "commander";
import { parseDuration, parseSince } from "../../text/duration.ts";

export type SetExitCode = (code: number) => void;

/** Loads a command when it is called. */
export const running =
  <Args extends unknown[]>(
    setExitCode: SetExitCode,
    load: () => Promise<(...args: Args) => Promise<number>>,
  ) =>
  async (...args: Args): Promise<void> =>
    setExitCode(await (await load())(...args));

/** A wrong value is wrong usage: commander says it. */
const parsed =
  (parse: (text: string) => number) =>
  (text: string): number => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };

export const durationOption = parsed(parseDuration);

/** A moment in the past, Unix epoch ms. */
export const since = parsed((text) => parseSince(text, Date.now()));

export const countOption = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Write a whole number, 0 or more.");
  return Number(text);
};

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
