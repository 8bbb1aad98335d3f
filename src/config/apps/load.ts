/** Finds the apps that are to run, from a config file or from a command line. */
import { realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { AppSpec, FileReading } from "../../core/app/app-spec.ts";
import { startOrder } from "../../core/app/dependence.ts";
import type { ContainerFactory } from "../../ports/container.ts";
import { isRecord } from "../../text/json.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";
import { whyNotFollowed } from "../files/trust.ts";
import { shownValue } from "../schema/printable.ts";
import { ConfigError, fileProblem, type Problem } from "../schema/problem.ts";
import type { Path } from "../syntax/document.ts";
import { declareApp } from "./declare.ts";
import { APP_FILES, type AppFile, appFile, appFileFor, type SearchPlace } from "./find.ts";
import { type AppPlace, Findings } from "./findings.ts";
import { keyNamed } from "./keys/all.ts";
import { readAppFile } from "./read.ts";
import { appsOf } from "./shape.ts";
import { type SpecContext, specOf } from "./spec.ts";

export interface LoadAppsOptions extends SearchPlace {
  /** The environment of the person's shell, with the variables that were put aside for our own Bun. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The content of `file`, as JSON, if it is not a file but standard input. */
  readonly text?: string | null;
  /** The name in `--env <name>`. */
  readonly environment?: string | null;
  /** Options of the command line, by the names of the keys. They hold before the file's, for each app. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Containers for files that are code. */
  readonly containers: () => Promise<ContainerFactory>;
}

export interface LoadedApps {
  /** The absolute path of the file that was read. */
  readonly source: string;
  /** The directory in the apps' identity: the file's, with links resolved. */
  readonly directory: string;
  readonly apps: readonly AppSpec[];
  /** Warnings for people; none of them is wrong enough to refuse the file. `formatProblems` prints them. */
  readonly warnings: readonly Problem[];
  /** The text that a file that is code printed while it was evaluated. */
  readonly printed: string;
}

const STDIN = "(standard input)";

/**
 * @throws ConfigError: there is no file, it cannot be read or may not be trusted, or something in it is wrong
 */
export async function loadApps(options: LoadAppsOptions): Promise<LoadedApps> {
  const { text = null } = options;
  const file =
    text === null ? fileOf(options) : { ...appFile(join(options.cwd, STDIN), true), strict: false };
  const env = usersEnvironment(options.env);
  // before it is read: an edit in between is noticed
  const reading = text === null ? readingOf(file, options) : null;
  const { value, places, printed, warnings } = await readAppFile(file, { ...options, env }, text);
  const context = {
    ...contextOf(realpathSync(file.directory), { ...options, env }),
    source: text === null ? file.path : null,
    reading,
  };
  const quick = readApps(value, null, file, context, options.overrides);
  // places are asked for only when there is something to say: most files are right
  const read =
    quick.findings.isEmpty || places === null
      ? quick
      : readApps(value, await places(), file, context, options.overrides);
  const { findings, apps } = read;
  if (findings.errors.length > 0) throw new ConfigError(findings.errors);
  return {
    source: file.path,
    directory: context.directory,
    apps,
    warnings: [...warnings, ...findings.warnings],
    printed,
  };
}

interface ReadApps {
  readonly apps: readonly AppSpec[];
  readonly findings: Findings;
}

function readApps(
  value: unknown,
  locate: AppPlace["locate"],
  file: AppFile,
  context: SpecContext,
  overrides: Readonly<Record<string, unknown>> = {},
): ReadApps {
  const findings = new Findings();
  const place: AppPlace = {
    source: shownValue(file.path, 300),
    prefix: file.below,
    locate,
    strict: file.strict,
  };
  const apps = appsOf(value, place, findings).flatMap(({ value: each, path }) => {
    const app = declareApp(overridden(each, overrides), path, place, findings);
    const spec = app === null ? null : specOf(app, context, place, findings);
    return spec === null ? [] : [{ spec, path }];
  });
  together(apps, place, findings);
  return { apps: apps.map(({ spec }) => spec), findings };
}

/** Replaces each key that the command line gives, in whatever spelling the file has it. */
function overridden(app: unknown, overrides: Readonly<Record<string, unknown>>): unknown {
  const names = new Set(Object.keys(overrides).map(keyNamed));
  if (names.size === 0 || !isRecord(app) || Array.isArray(app)) return app;
  const kept = Object.entries(app).filter(([key]) => keyNamed(key) === null || !names.has(keyNamed(key)));
  return { ...Object.fromEntries(kept), ...overrides };
}

function fileOf(options: LoadAppsOptions): AppFile {
  const found = appFileFor(options);
  if (found === null)
    throw new ConfigError([
      fileProblem(
        "not-found",
        options.cwd,
        `has no config file, nor has a folder above it (looked for ${APP_FILES.join(", ")})`,
        "bunctl init makes one; bunctl start <script> needs none; --config <file> names one",
      ),
    ]);
  const why = found.named ? null : whyNotFollowed(found.path, options.uid);
  if (why === null) return found;
  const next = `look at it, then name it yourself: --config ${basename(found.path)}`;
  throw new ConfigError([fileProblem("untrusted", found.path, why, next)]);
}

const readingOf = (
  { path }: AppFile,
  { environment = null, overrides = {} }: LoadAppsOptions,
): FileReading | null => {
  const stat = statSync(path, { throwIfNoEntry: false });
  // whoever reads it says what is wrong with it
  return stat === undefined ? null : { environment, overrides, fileMs: stat.mtimeMs };
};

const contextOf = (
  directory: string,
  { env, environment = null, uid }: Pick<LoadAppsOptions, "env" | "environment" | "uid">,
): SpecContext => ({ directory, source: null, reading: null, shellEnv: env, environment, uid });

/** Finds what is wrong between apps: names that are taken, and dependencies that lead nowhere, or back. */
function together(
  apps: readonly { readonly spec: AppSpec; readonly path: Path }[],
  place: AppPlace,
  findings: Findings,
): void {
  const known = new Map<string, AppSpec>();
  for (const { spec, path } of apps) {
    if (known.has(spec.name))
      findings.error(place, [...path, "name"], {
        code: "duplicate-key",
        message: `"${spec.name}" is the name of another app of this file`,
        allowed: "a name of its own, or one app with instances",
      });
    known.set(spec.name, spec);
  }
  // an app that others depend on may be among those that are wrong already
  if (findings.errors.length > 0) return;
  for (const { spec, path } of apps)
    for (const message of startOrder([spec], known).failures)
      findings.error(place, [...path, "depends_on"], {
        code: "bad-value",
        message,
        allowed: "names of other apps of this file",
      });
}

/**
 * Makes an app without a config file. `given`: the keys of an app, as a file would say them. @throws
 * ConfigError
 */
export function adHocApp(
  given: Readonly<Record<string, unknown>>,
  options: Pick<LoadAppsOptions, "cwd" | "env" | "environment" | "uid">,
): Pick<LoadedApps, "directory" | "apps" | "warnings"> {
  const findings = new Findings();
  const place: AppPlace = { source: "command line", prefix: [], locate: null, strict: true };
  const context = contextOf(realpathSync(options.cwd), {
    ...options,
    env: usersEnvironment(options.env),
  });
  const app = declareApp(given, [], place, findings);
  const spec = app === null ? null : specOf(app, context, place, findings);
  if (findings.errors.length > 0 || spec === null) throw new ConfigError(findings.errors);
  return { directory: context.directory, apps: [spec], warnings: findings.warnings };
}
