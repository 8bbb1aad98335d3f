/** The apps that a command line means, as a config file or its options declare them. */
import { adHocApp, appFileFor, loadApps, type LoadAppsOptions } from "../../config/apps/load.ts";
import { formatProblems, type Problem } from "../../config/schema/problem.ts";
import type { AppSpec } from "../../core/app/app-spec.ts";
import { UsageError, workingDirectory } from "../../text/errors.ts";
import { ownUid } from "../../trust/open.ts";
import { homeOf } from "../../trust/state.ts";
import { keysOfFlags } from "./app-options.ts";

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

/** What reading a config file takes of this process. */
export const surroundings = ({ env }: DeclaringFlags): Omit<LoadAppsOptions, "file"> => ({
  cwd: workingDirectory(),
  home: homeOf(ownUid(), process.env),
  uid: ownUid(),
  env: process.env,
  environment: env ?? null,
  containers: async () => (await import("../../os/select-containers.ts")).openContainers(),
});

/** Of a config file: the named one, else the nearest. Warnings and what it printed go to standard error. @throws ConfigError */
export async function appsOfFile(
  flags: DeclaringFlags,
  args: readonly string[] | null,
): Promise<DeclaredApps> {
  // one name is no name for all apps of a file
  const { name: _, ...keys } = keysOfFlags(flags);
  const overrides = { ...keys, ...(args !== null && { args }) };
  const { apps, warnings, printed, source, directory } = await loadApps({
    ...surroundings(flags),
    file: flags.config ?? null,
    overrides,
  });
  if (printed !== "") console.error(printed.trimEnd());
  warn(warnings);
  return { source, directory, apps: selected(apps, flags.only) };
}

/** Whether there is a config file to be found from here. */
export const hasAppFile = (flags: DeclaringFlags): boolean =>
  appFileFor({ ...surroundings(flags), file: flags.config ?? null }) !== null;

/** @throws ConfigError */
export function appOfScript(
  script: string,
  flags: DeclaringFlags,
  args: readonly string[] | null,
): DeclaredApps {
  const given = { script, ...keysOfFlags(flags), ...(args !== null && { args }) };
  const { apps, warnings, directory } = adHocApp(given, surroundings(flags));
  warn(warnings);
  return { source: null, directory, apps };
}

/** On standard error. */
export function warn(warnings: readonly Problem[]): void {
  if (warnings.length > 0) console.error(formatProblems(warnings));
}

function selected(apps: readonly AppSpec[], only: readonly string[] | undefined): readonly AppSpec[] {
  if (only === undefined) return apps;
  const unknown = only.filter((name) => !apps.some((app) => app.name === name));
  if (unknown.length > 0)
    throw new UsageError(
      `--only ${unknown.join(",")}: no app of the file has that name. It has ${apps.map(({ name }) => name).join(", ")}.`,
    );
  return apps.filter(({ name }) => only.includes(name));
}
