/**
 * Config files that apps were started from are watched, and one that has changed is read in a process of its own, so that
 * neither it nor what reads it ever lives in this one.
 */
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { AppSpec } from "../../core/app/app-spec.ts";
import { besideJobs } from "../../os/select-containers.ts";
import { orElse } from "../../text/system-error.ts";
import { parsedJson } from "../../text/json.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";
import { WatchedPaths } from "./watched-paths.ts";

interface ConfigPorts {
  /** Path of bun-watchdog-app-specs. */
  readonly program: string;
  readonly onChanged: (specs: readonly AppSpec[], directory: string) => Promise<unknown>;
  readonly onRejected: (directory: string, problem: string) => void;
  readonly onTrouble: (what: string) => void;
}

/** A file as apps name it: those that were declared by one reading of it are declared by one again. */
interface Source {
  readonly path: string;
  readonly directory: string;
  readonly readings: readonly (readonly AppSpec[])[];
}

/** An editor writes a file in several steps. */
const SETTLED_MS = 100;

export class ConfigFiles implements Disposable {
  readonly #watchers = new Map<string, Disposable>();
  #sources: ReadonlyMap<string, Source> = new Map();
  /** One file after the other. */
  #reading: Promise<void> = Promise.resolve();

  constructor(private readonly ports: ConfigPorts) {}

  set(specs: readonly AppSpec[]): void {
    const before = this.#sources;
    this.#sources = sourcesOf(specs);
    for (const [path, watcher] of this.#watchers) {
      if (this.#sources.has(path)) continue;
      watcher[Symbol.dispose]();
      this.#watchers.delete(path);
    }
    for (const path of this.#sources.keys())
      if (!this.#watchers.has(path)) this.#watchers.set(path, this.#watch(path));
    // it may have been edited while no manager lived, or before it was watched
    for (const [path, source] of this.#sources)
      if (!before.has(path) && isEdited(source)) this.#readNext(path);
  }

  /** Its folder may go, and come again at any time later. */
  #watch(path: string): Disposable {
    const { onTrouble } = this.ports;
    const onChange = (): void => this.#readNext(path);
    return new WatchedPaths({
      paths: [path],
      ignore: [],
      base: path,
      delayMs: SETTLED_MS,
      onChange,
      onTrouble,
    });
  }

  #readNext(path: string): void {
    this.#reading = this.#reading
      .then(() => this.#read(path))
      .catch((error: unknown) => this.ports.onTrouble(`${path} could not be read again: ${String(error)}`));
  }

  async #read(path: string): Promise<void> {
    const source = this.#sources.get(path);
    // whoever has removed it means no edit
    if (source === undefined || !existsSync(path)) return;
    const { onChanged, onRejected, program } = this.ports;
    const all: AppSpec[] = [];
    for (const apps of source.readings) {
      const found = await evaluated(program, path, apps);
      if (typeof found === "string") return onRejected(source.directory, found);
      const names = new Set(apps.map(({ name }) => name));
      all.push(...found.filter(({ name }) => names.has(name)));
    }
    await onChanged(all, source.directory);
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher[Symbol.dispose]();
    this.#watchers.clear();
    this.#sources = new Map();
  }
}

function sourcesOf(specs: readonly AppSpec[]): ReadonlyMap<string, Source> {
  const byPath = Map.groupBy(specs, ({ source }) => source);
  return new Map(
    [...byPath].flatMap(([path, apps]) => {
      const { directory = "" } = apps[0] ?? {};
      const readings = [...Map.groupBy(apps, asRead).values()];
      return path === null ? [] : [[path, { path, directory, readings }] as const];
    }),
  );
}

const asRead = ({ reading }: AppSpec): string =>
  JSON.stringify([reading?.environment ?? null, reading?.overrides ?? {}]);

/** What is not there, or cannot be seen, is not edited. */
function isEdited({ path, readings }: Source): boolean {
  const nowMs = orElse(undefined, () => statSync(path).mtimeMs);
  const isOld = ({ reading }: AppSpec): boolean => reading !== undefined && reading.fileMs !== nowMs;
  return nowMs !== undefined && readings.flat().some(isOld);
}

/** Returns the apps that the file declares, or a sentence that says why it cannot be used. */
async function evaluated(
  program: string,
  path: string,
  apps: readonly AppSpec[],
): Promise<readonly AppSpec[] | string> {
  const { reading = {}, shellEnv = {} } = apps.at(-1) ?? {};
  const child = Bun.spawn(ownCommand(program, path, JSON.stringify(reading)), {
    cwd: dirname(path),
    // of the shell that started the apps: a file that is code may read it
    env: { ...ownEnvironment(shellEnv), NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  besideJobs(child);
  const [said, errors] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode !== 0) return errors.trim() || `reading it ended with code ${child.exitCode}`;
  const specs = parsedJson(said);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our own program
  return Array.isArray(specs) ? (specs as readonly AppSpec[]) : "nobody could read it";
}
