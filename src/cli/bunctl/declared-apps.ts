/** The apps that a command line means, as a config file or its options declare them. */
import { existsSync } from "node:fs";
import { adHocApp, appFileFor, loadApps, type LoadAppsOptions } from "../../config/apps/load.ts";
import { isAppFileName } from "../../config/apps/find.ts";
import { formatProblems, type Problem } from "../../config/schema/problem.ts";
import type { AppSpec } from "../../core/app/app-spec.ts";
import { CommandError, UsageError, workingDirectory } from "../../text/errors.ts";
import { ownUid } from "../../trust/open.ts";
import { homeOf } from "../../trust/state.ts";
import { typed } from "../../trust/typed.ts";
import type { Selection } from "../../wire/manager.ts";
import { keysOfFlags } from "./app-options.ts";
import { knownApps, selectionOf } from "./manager.ts";

const STDIN = "-";

export interface DeclaringFlags extends Readonly<Record<string, unknown>> {
  /** A config file. */
  readonly config?: string;
  /** `--env production`: what `env_production` adds. */
  readonly env?: string;
  readonly only?: readonly string[];
}

export interface DeclaredApps {
  /** null = no config file. */
  readonly source: string | null;
  readonly directory: string;
  readonly apps: readonly AppSpec[];
}

/** Reading a config file depends on these properties of this process. */
export const surroundings = ({ env }: DeclaringFlags): Omit<LoadAppsOptions, "file"> => ({
  cwd: workingDirectory(),
  home: homeOf(ownUid(), process.env),
  uid: ownUid(),
  env: process.env,
  environment: env ?? null,
  containers: async () => (await import("../../os/select-containers.ts")).openContainers(),
});

/**
 * Reads the named config file, else the nearest. Warnings and what it printed go to standard error. @throws
 * ConfigError
 */
export async function appsOfFile(
  flags: DeclaringFlags,
  args: readonly string[] | null,
): Promise<DeclaredApps> {
  // one name is no name for all apps of a file
  const { name: _, ...keys } = keysOfFlags(flags);
  const overrides = { ...keys, ...(args !== null && { args }) };
  const loaded = await loadApps({
    ...surroundings(flags),
    file: flags.config ?? null,
    text: flags.config === STDIN ? await Bun.stdin.text() : null,
    overrides,
  });
  if (loaded.printed !== "") console.error(loaded.printed.trimEnd());
  warn(loaded.warnings);
  return { source: loaded.source, directory: loaded.directory, apps: only(loaded.apps, flags.only) };
}

/** A config file, or `-`: standard input. */
export const namesAppFile = (word: string): boolean =>
  word === STDIN || (isAppFileName(word) && existsSync(word));

/** The known apps that are meant: of a config file, those that it declares. */
export async function selected(words: readonly string[], flags: DeclaringFlags): Promise<Selection> {
  const { directory } = selectionOf(words);
  const found: string[] = [];
  for (const word of words) {
    if (!namesAppFile(word)) found.push(word);
    else found.push(...(await idsOf(word, flags)));
  }
  return { words: found, directory };
}

async function idsOf(file: string, flags: DeclaringFlags): Promise<readonly string[]> {
  const declared = await appsOfFile({ ...flags, config: file }, null);
  const known = (await knownApps([])).apps.filter(({ spec }) =>
    declared.apps.some(({ name, directory }) => name === spec.name && directory === spec.directory),
  );
  const ids = known.flatMap(({ instances }) => instances.map(({ id }) => String(id)));
  if (ids.length > 0) return ids;
  throw new CommandError(`No app of ${file} is known. Start them: ${typed(`start ${file}`, "bunctl")}`);
}

/** Tells whether a config file can be found from here. */
export const hasAppFile = (flags: DeclaringFlags): boolean =>
  appFileFor({ ...surroundings(flags), file: flags.config ?? null }) !== null;

/** @throws ConfigError */
export function appOfScript(
  script: string,
  flags: DeclaringFlags,
  args: readonly string[] | null,
): DeclaredApps {
  const given = { script, ...keysOfFlags(flags), ...(args !== null && { args }) };
  const made = adHocApp(given, surroundings(flags));
  warn(made.warnings);
  return { source: null, directory: made.directory, apps: made.apps };
}

/** Prints the warnings on standard error. */
export function warn(warnings: readonly Problem[]): void {
  if (warnings.length > 0) console.error(formatProblems(warnings));
}

function only(all: readonly AppSpec[], names: readonly string[] | undefined): readonly AppSpec[] {
  if (names === undefined) return all;
  const unknown = names.filter((name) => !all.some((app) => app.name === name));
  if (unknown.length > 0)
    throw new UsageError(
      `--only ${unknown.join(",")}: no app of the file has that name. It has ${all.map(({ name }) => name).join(", ")}.`,
    );
  return all.filter(({ name }) => names.includes(name));
}
