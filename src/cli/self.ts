/** What is true of the process that decides: who it must never turn on. */
import type { Self } from "../core/policy.ts";
import type { ProcessSampler } from "../ports.ts";

/** The base name of what a command line runs: "/usr/bin/git commit" → "git". */
const program = (command: string): string => command.split(" ", 1)[0]?.split("/").at(-1) ?? "";

/** git exports these to its hooks (githooks(5)); husky and lefthook keep them. */
const inGitHook = (): boolean =>
  process.env["GIT_INDEX_FILE"] !== undefined || process.env["GIT_DIR"] !== undefined;

export interface SelfOptions {
  /** `--hook`: take this for a git hook even when no ancestor is git. */
  readonly hook?: boolean;
  /** Root of the command that runs under `monitor -- <command>`. */
  readonly commandPid?: number;
}

/** Reads the process's ancestors once: they do not change while it runs, unless one of them dies. */
export function readSelf(sampler: ProcessSampler, options: SelfOptions = {}): Self {
  const ancestors = sampler.ancestors(process.pid);
  const git = ancestors.find((pid) => program(sampler.describe(pid) ?? "") === "git");
  return {
    uid: process.getuid?.() ?? -1,
    pid: process.pid,
    ancestors,
    gitPid: git ?? null,
    hook: options.hook === true || git !== undefined || inGitHook(),
    commandPid: options.commandPid ?? null,
  };
}
