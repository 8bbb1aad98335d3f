/** Which program a command line starts: its own, or a shell. */
import type { TrialConfig } from "../../../core/bench/trial-config.ts";
import { splitCommand } from "../../../text/split-command.ts";

/** A shell does these itself: there is no program of that name, or a program does something else. */
const BUILTINS =
  /^(?:alias|bg|break|cd|command|continue|eval|exec|exit|export|fg|hash|jobs|read|readonly|return|set|shift|times|trap|type|ulimit|umask|unalias|unset|wait|\.|:)?$/u;

/** A line that needs no shell, but for its quotes, is run without one: its start would be in every sample. */
export const wordsOf = ({ command, args }: TrialConfig): readonly string[] => {
  const more = args.map(String);
  if (typeof command !== "string") return [...(command ?? []), ...more];
  const split = splitCommand(command);
  return split.ok && !BUILTINS.test(split.words[0] ?? "")
    ? [...split.words, ...more]
    : ["/bin/sh", "-c", more.length === 0 ? command : `${command} "$@"`, "sh", ...more];
};
