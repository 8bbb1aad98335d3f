/** Knows programs that start others because a person asks each time. They are no supervisors, however often they are asked. */
import { anyOf, namesWhere } from "./known-programs.ts";

/** A shell without a script and without `-c`: what stands behind it are options, if anything. */
export const SHELL_ALONE = new RegExp(
  String.raw`^(?:\S*/)?-?${anyOf(namesWhere(({ is }) => is === "shell"))}(?:\s+-(?!c\b|\w*c\b)\S+)*\s*$`,
  "u",
);

/**
 * Coding agents run a command as often as they like, mostly without a terminal. A hint by name, which can only make us
 * less patient with what is over a limit.
 */
const AGENT = new RegExp(
  String.raw`(?:^|[/\s])${anyOf(namesWhere(({ is }) => is === "coding agent"))}(?:\s|$)`,
  "u",
);

/** `terminal`: of the process that it started; unknown counts as one. */
export const isPrompt = (command: string, terminal: boolean | null): boolean =>
  (terminal !== false && SHELL_ALONE.test(command)) || AGENT.test(command);
