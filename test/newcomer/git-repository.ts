/** A scratch git repository whose package script `bun:cleanup` is this checkout's. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cli,
  repository,
  runProgram,
  scratchProject,
  type CliResult,
  type ConfigFile,
  type Project,
} from "../support/launch.ts";
import { withBun } from "./bystander.ts";

export interface Repository extends Project {
  run(...argv: readonly string[]): Promise<CliResult>;
  /** Stages everything and commits. */
  commit(): Promise<CliResult>;
  commits(): Promise<number>;
}

/** Nothing of this machine's or of an outer hook's git settings takes part. */
const GIT = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

const cleanEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(GIT_|HUSKY|LEFTHOOK|CI$)/.test(name)),
  );

export async function gitRepository(
  config: ConfigFile,
  scripts: Readonly<Record<string, string>> = {},
): Promise<Repository> {
  const project = scratchProject(config);
  const { directory } = project;
  const env = { ...cleanEnvironment(), ...project.env, ...withBun, ...GIT, CI: undefined };
  const cleanup = ["bun", "run", ...cli.slice(1), "cleanup"].join(" ");
  const manifest = { name: "scratch", private: true, scripts: { "bun:cleanup": cleanup, ...scripts } };
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(directory, ".gitignore"), "node_modules\n.kiro\n");
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"));
  const run = (...argv: readonly string[]): Promise<CliResult> => runProgram(argv, { cwd: directory, env });
  await run("git", "init", "-q");
  return Object.assign(project, {
    run,
    commit: async () => {
      await run("git", "add", "-A");
      return await run("git", "commit", "-m", "a commit");
    },
    commits: async () => Number((await run("git", "rev-list", "--count", "--all")).stdout),
  });
}
