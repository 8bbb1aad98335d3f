/** Finds, reads, checks and layers the settings: defaults, user-level file, project file, environment, flags. */
import { join, resolve } from "node:path";
import type { Policy } from "../core/judge/policy.ts";
import { projectRootOf, realPath, searchDirectories, userFile, entryExists } from "./files/directories.ts";
import {
  discover,
  type ConfigFile,
  formatOf,
  isAtItsPlace,
  namedConfigFile,
  passedOver,
} from "./files/discover.ts";
import { environmentValues, unknownVariables } from "./environment.ts";
import { type Origin, overlay, type SourcedLayer } from "./layers.ts";
import { governed } from "./files/governance.ts";
import { absolute, toPolicy } from "./schema/policy.ts";
import { asProject, asVariable, leadsOutside, overreach, settled } from "./privilege.ts";
import { shownValue } from "./schema/printable.ts";
import { ConfigError, type Problem } from "./schema/problem.ts";
import { readConfigFile } from "./files/read.ts";
import type { Layer, Settings } from "./schema/settings.ts";
import { whyNotFollowed } from "./files/trust.ts";
import { NOWHERE, projectKey, stateDirectory } from "../trust/state.ts";

export type { Origin } from "./layers.ts";

export interface LoadOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the command line says (`--scope`, `--mode` …), by the keys of the file. Strongest. */
  readonly flags?: { readonly [Key in keyof Layer]?: Layer[Key] | undefined };
  /** `--config <file>`: this file instead of a search; relative to cwd. */
  readonly file?: string | undefined;
  /** Effective uid; 0 is stricter about who may have written a file. null where there is none (Windows). */
  readonly uid: number | null;
  readonly home: string;
}

export interface Loaded {
  readonly settings: Settings;
  readonly policy: Policy;
  /** The project's file (absolute); the user-level one when there is only that; null when there is none. */
  readonly path: string | null;
  /** Every file that was read, strongest first. */
  readonly files: readonly string[];
  readonly projectRoot: string;
  /** `logging.directory`, absolute, links resolved as they were when it was allowed; with the records where nobody has set the folder up. */
  readonly logDirectory: string;
  readonly sources: ReadonlyMap<string, Origin>;
  /** Sentences worth a line on stderr and in the log. */
  readonly warnings: readonly string[];
  /** What it was loaded with: `ConfigWatch` loads again with the same. */
  readonly options: LoadOptions;
}

/** @throws ConfigError for a file, variable or flag that cannot be used; nothing else. */
export async function loadConfig(options: LoadOptions): Promise<Loaded> {
  const { cwd, uid, home, env } = options;
  const directories = searchDirectories(cwd, home);
  const user = userFile(home);
  const gathered = new Gathering(options);
  const isFollowed = (path: string): boolean => gathered.follows(path);
  const found =
    options.file === undefined
      ? await discover(directories, uid, isFollowed)
      : asNamed(resolve(cwd, options.file), directories);
  const projectRoot = found?.projectRoot ?? projectRootOf(directories);
  if (user !== found?.path && entryExists(user) && isFollowed(user))
    await gathered.file(namedConfigFile(user), "user-file");
  if (found !== null) await gathered.file(found, found.path === user ? "user-file" : "project-file");
  if (found !== null && options.file === undefined) {
    for (const path of passedOver(found, directories)) {
      gathered.warnings.push(
        `${shownValue(path, 300)} is not used: ${shownValue(found.path, 300)} comes first.`,
      );
    }
  }
  await gathered.environment();
  await gathered.flags();
  gathered.finish();
  const { settings, sources } = overlay(gathered.layers, gathered.files.length > 0);
  const isBare = found === null || found.path === user;
  const log = absolute(settings.logging.directory, { projectRoot, home });
  const origin = sources.get("logging.directory");
  // a folder that nobody has set up gets nothing of ours put into it
  const isApart =
    isBare && origin?.kind === "default" && home !== NOWHERE && !entryExists(join(projectRoot, ".kiro"));
  const outside = isApart ? null : leadsOutside(log, projectRoot, origin, home);
  if (outside !== null) throw new ConfigError([outside]);
  return {
    settings,
    policy: governed(toPolicy(settings, { projectRoot: realPath(projectRoot), home }), {
      layers: gathered.layers,
      config: isBare ? null : found.path,
      home,
    }),
    path: gathered.files[0] ?? null,
    files: gathered.files,
    projectRoot,
    logDirectory: isApart ? join(stateDirectory(options), projectKey(projectRoot), "logs") : settled(log),
    sources,
    warnings: [...gathered.warnings, ...unknownVariables(env)],
    options,
  };
}

/** A file that discovery would find is its own directory's; any other states the settings for the project it is used in. */
function asNamed(path: string, directories: readonly string[]): ConfigFile {
  const found = namedConfigFile(path);
  return isAtItsPlace(path) ? found : { ...found, projectRoot: projectRootOf(directories) };
}

/** The layers so far, and every problem found on the way: a person wants all of them at once. */
class Gathering {
  readonly layers: SourcedLayer[] = [];
  readonly files: string[] = [];
  readonly warnings: string[] = [];
  readonly #problems: Problem[] = [];
  readonly #options: LoadOptions;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** @throws ConfigError with everything that was wrong, if anything was. */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }

  /** A file that nobody named, of another account or exchangeable by one, sets nothing; nor does it keep a command from its work. */
  follows(path: string): boolean {
    const why = whyNotFollowed(path, this.#options.uid);
    if (why !== null)
      this.warnings.push(
        `${shownValue(path, 300)} is not used: it ${shownValue(why, 600)}. If it is meant, name it with --config.`,
      );
    return why === null;
  }

  async file({ path, below, projectRoot }: ConfigFile, kind: "user-file" | "project-file"): Promise<void> {
    let bytes: Uint8Array;
    try {
      const read = readConfigFile(path, this.#options.uid);
      bytes = read.bytes;
      this.warnings.push(...read.warnings);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#problems.push(...error.problems);
      return;
    }
    const format = formatOf(path, bytes);
    const unprivilegedOf = kind === "project-file" ? this.#options.home : null;
    const { parseConfig } = await import("./syntax/parse.ts");
    const result = await parseConfig(bytes, path, { format, below, unprivilegedOf });
    if (!result.ok) {
      this.#problems.push(...result.problems);
      return;
    }
    const { layer } = result;
    const heard =
      kind === "project-file" ? asProject(layer, path, projectRoot, this.#options.home) : { layer };
    this.files.unshift(path);
    this.#take(heard, { kind, where: path });
  }

  async environment(): Promise<void> {
    for (const { name, path, value } of environmentValues(this.#options.env)) {
      await this.#single(path, value, { kind: "environment", where: name });
    }
  }

  async flags(): Promise<void> {
    for (const [key, value] of Object.entries(this.#options.flags ?? {})) {
      if (value === undefined) continue;
      const flag = `--${key.replace(/[A-Z]+/gu, (capital) => `-${capital.toLowerCase()}`)}`;
      await this.#single([key], value, { kind: "flag", where: flag });
    }
  }

  async #single(path: readonly string[], value: unknown, origin: Origin): Promise<void> {
    const { validate } = await import("./schema/validate.ts");
    const place = { source: origin.where, prefix: [], locate: null };
    const object = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    const result = validate(object, place);
    const problems = result.ok
      ? origin.kind === "environment"
        ? overreach(result.layer, place, this.#options.home)
        : []
      : result.problems;
    this.#problems.push(...problems);
    if (!result.ok || problems.length > 0) return;
    const { layer } = result;
    this.#take(origin.kind === "environment" ? asVariable(layer, origin.where) : { layer }, origin);
  }

  #take({ layer, warnings = [] }: { layer: Layer; warnings?: readonly string[] }, origin: Origin): void {
    this.warnings.push(...warnings);
    this.layers.push({ layer, origin });
  }
}
