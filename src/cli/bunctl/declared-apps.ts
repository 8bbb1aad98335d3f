/** The apps that a command line means, as a config file or its options declare them. */
import { adHocApp, loadApps, type LoadAppsOptions, type LoadedApps } from "../../config/apps/load.ts";
import { formatProblems, type Problem } from "../../config/schema/problem.ts";
import type { AppSpec } from "../../core/app/app-spec.ts";
import { CommandError, UsageError } from "../../text/errors.ts";
import { typed } from "../../trust/typed.ts";
import type { AppDocument } from "../../wire/manager.ts";
import { type DeclaringFlags, namesAppFile, searchedFrom, STDIN } from "./app-files.ts";
import { keysOfFlags } from "./app-options.ts";
import { wasSaid } from "./said-before.ts";

export interface DeclaredApps {
  /** null = no config file. */
  readonly source: string | null;
  readonly directory: string;
  readonly apps: readonly AppSpec[];
}

/** Reading a config file depends on these properties of this process. */
export const surroundings = ({ env }: DeclaringFlags): Omit<LoadAppsOptions, "file"> => ({
  ...searchedFrom(),
  env: process.env,
  environment: env ?? null,
  containers: async () => (await import("../../os/select-containers.ts")).openContainers(),
});

/**
 * Reads the named config file, else the nearest. Warnings and what it printed go to standard error. `again`: also warnings
 * that were said before. @throws ConfigError
 */
export async function appsOfFile(
  flags: DeclaringFlags,
  args: readonly string[] | null,
  again = false,
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
  warn(again ? loaded.warnings : notSaidBefore(loaded));
  return { source: loaded.source, directory: loaded.directory, apps: only(loaded.apps, flags.only) };
}

/** The words, with ids of known apps in place of a config file that declares them. */
export async function withIds(
  words: readonly string[],
  flags: DeclaringFlags,
  known: readonly AppDocument[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const word of words) {
    if (!namesAppFile(word)) found.push(word);
    else found.push(...(await idsOf(word, flags, known)));
  }
  return found;
}

async function idsOf(
  file: string,
  flags: DeclaringFlags,
  all: readonly AppDocument[],
): Promise<readonly string[]> {
  const declared = await appsOfFile({ ...flags, config: file }, null);
  const known = all.filter(({ spec }) =>
    declared.apps.some(({ name, directory }) => name === spec.name && directory === spec.directory),
  );
  const ids = known.flatMap(({ instances }) => instances.map(({ id }) => String(id)));
  if (ids.length > 0) return ids;
  throw new CommandError(`No app of ${file} is known. Start them: ${typed(`start ${file}`, "bunctl")}`);
}

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

/** Keys that are passed over stay so until the file changes; anything else may be otherwise at every command. */
function notSaidBefore({ source, warnings }: LoadedApps): readonly Problem[] {
  const lasting = warnings.filter(({ code }) => code === "passed-over" || code === "unknown-key");
  if (lasting.length === 0 || !wasSaid(source, formatProblems(lasting))) return warnings;
  return warnings.filter((each) => !lasting.includes(each));
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
