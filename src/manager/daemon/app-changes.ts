/**
 * Apps are told of three things besides their own end: their files, their config files, and the clock. If no
 * app asks for one of them, nothing is set up for it.
 */
import { dirname } from "node:path";
import type { AppSpec } from "../../core/app/app-spec.ts";
import type { Manager } from "../ports.ts";
import { ConfigFiles } from "./config-files.ts";
import { DueTimes, nextDue } from "./due-times.ts";
import { managerDirectory } from "../../host/manager-places.ts";
import { WatchedPaths } from "./watched-paths.ts";

interface ChangesPorts {
  readonly manager: Pick<Manager, "configChanged" | "configRejected" | "cronDue" | "filesChanged">;
  /** Path of bun-watchdog-app-specs. */
  readonly program: string;
  readonly onTrouble: (what: string) => void;
}

export class AppChanges implements Disposable {
  readonly #due: DueTimes;
  readonly #configs: ConfigFiles;
  /** The key is the watch that was asked for, as text. */
  readonly #files = new Map<string, WatchedPaths>();

  constructor(private readonly ports: ChangesPorts) {
    const { manager, program, onTrouble } = ports;
    this.#due = new DueTimes({
      nowMs: Date.now,
      next: nextDue,
      onDue: (app) => void manager.cronDue(app).catch((error: unknown) => onTrouble(String(error))),
      onTrouble,
    });
    this.#configs = new ConfigFiles({
      program,
      onChanged: (specs, directory) => manager.configChanged(specs, directory),
      onRejected: (directory, problem) => manager.configRejected(directory, problem),
      onTrouble,
    });
  }

  set(specs: readonly AppSpec[]): void {
    this.#due.set(specs.flatMap((app) => (app.cron === null ? [] : [{ app, cron: app.cron }])));
    this.#configs.set(specs);
    this.#watch(specs);
  }

  #watch(specs: readonly AppSpec[]): void {
    const wanted = new Map(
      specs.flatMap((spec) => (spec.watch === null ? [] : [[keyOf(spec), spec] as const])),
    );
    for (const [key, watched] of this.#files) {
      if (wanted.has(key)) continue;
      watched[Symbol.dispose]();
      this.#files.delete(key);
    }
    for (const [key, spec] of wanted) if (!this.#files.has(key)) this.#files.set(key, this.#watchOf(spec));
  }

  #watchOf(spec: AppSpec): WatchedPaths {
    const { manager, onTrouble } = this.ports;
    const { paths = [], ignore = [], delayMs = 0 } = spec.watch ?? {};
    return new WatchedPaths({
      paths,
      // the files of its output, its pid file and the manager's own files are no change of it
      ignore: [...ignore, ...ownFiles(spec), managerDirectory()],
      base: spec.cwd,
      delayMs,
      onChange: (path) =>
        void manager.filesChanged(spec, path).catch((error: unknown) => onTrouble(String(error))),
      onTrouble,
    });
  }

  [Symbol.dispose](): void {
    this.set([]);
    this.#due[Symbol.dispose]();
    this.#configs[Symbol.dispose]();
  }
}

const keyOf = ({ directory, name, cwd, watch, logs, pidFile }: AppSpec): string =>
  JSON.stringify([directory, name, cwd, watch, logs.out, logs.err, logs.combined, pidFile]);

/** Logs have others beside them: those of each instance, and those that were put aside. */
const ownFiles = ({ logs, pidFile, cwd }: AppSpec): readonly string[] => {
  const files = [logs.out, logs.err, logs.combined].filter((path) => path !== null);
  const folders = files.map(dirname).filter((folder) => folder !== cwd);
  return [...files, ...folders, ...(pidFile === null ? [] : [pidFile])];
};
