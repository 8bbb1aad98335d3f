/**
 * The projects of this account, as its jobs show them: the configuration file nearest above where each works. Known
 * directories cost nothing; each is asked about again once a minute, and the files that were found are watched.
 */
import { dirname } from "node:path";
import type { Governance, Policy, Project } from "../../core/judge/policy.ts";
import { codeOf } from "../../text/system-error.ts";
import { entryExists, realPath, searchDirectories } from "./directories.ts";
import { discover, type ConfigFile } from "./discover.ts";
import { type Loaded, loadConfig } from "../load.ts";
import { whyNotGoverning } from "./trust.ts";
import { ConfigWatch } from "./watch.ts";

export interface ProjectsOptions {
  readonly uid: number | null;
  readonly home: string;
  /** Root of the project that the watchdog itself runs in: its file is followed already. */
  readonly own: string;
  /** Nobody is to be stopped, whatever their files say. */
  readonly observe: boolean;
  readonly nowMs: () => number;
  readonly onChange?: () => void;
  /** A file that governs nobody, or not as it stands; once for each way. */
  readonly onProblem?: (path: string, problem: string) => void;
  readonly watch?: boolean;
}

interface Known {
  readonly loaded: Loaded;
  readonly watch: ConfigWatch | null;
  readonly sinceMs: number | null;
}

const AGAIN_MS = 60_000;
/** Of directories that jobs have worked in; a year of temporary ones is forgotten. */
const MOST_DIRECTORIES = 4_096;

export class Projects implements Disposable {
  readonly #options: ProjectsOptions;
  /** Directory → when it was last asked about. */
  #asked = new Map<string, number>();
  readonly #known = new Map<string, Known>();
  readonly #said = new Set<string>();
  #learning: Promise<void> = Promise.resolve();

  constructor(options: ProjectsOptions) {
    this.#options = options;
  }

  /** Those among these directories that have to be asked about. Cheap. */
  unknown(directories: Iterable<string>): readonly string[] {
    const nowMs = this.#options.nowMs();
    const due: string[] = [];
    for (const directory of directories) {
      const askedMs = this.#asked.get(directory);
      if (askedMs === undefined || nowMs - askedMs >= AGAIN_MS) due.push(directory);
    }
    if (due.length > 0 && this.#asked.size > MOST_DIRECTORIES) this.#asked = new Map();
    for (const directory of due) this.#asked.set(directory, nowMs);
    return due;
  }

  /** Looks above them. `onChange` has been called when it resolves. */
  learn(directories: readonly string[]): Promise<void> {
    // what went wrong before was told to whoever asked for that
    this.#learning = this.#learning.catch(() => undefined).then(() => this.#learn(directories));
    return this.#learning;
  }

  /** Somebody started a watchdog in this project: it is kept from now on. @throws ConfigError */
  async keep(loaded: Loaded, sinceMs: number | null): Promise<void> {
    await this.#learning;
    const root = loaded.policy.projectRoot;
    if (root !== this.#options.own && !this.#known.has(root)) this.#add(root, loaded, sinceMs);
    this.#options.onChange?.();
  }

  /** With what is known of others; a watchdog's own project stays as it is. */
  over(policy: Policy): Policy {
    const { governance } = policy;
    if (governance === undefined || this.#known.size === 0) return policy;
    const own = new Set(governance.projects.map(({ root }) => root));
    const others = [...this.#known].flatMap(([root, known]) => (own.has(root) ? [] : projectOf(root, known)));
    const next: Governance = { ...governance, projects: [...governance.projects, ...others] };
    return { ...policy, governance: next };
  }

  [Symbol.dispose](): void {
    for (const { watch } of this.#known.values()) watch?.[Symbol.dispose]();
    this.#known.clear();
  }

  async #learn(directories: readonly string[]): Promise<void> {
    let changed = false;
    for (const directory of directories) changed = (await this.#learnFrom(directory)) || changed;
    if (changed) this.#options.onChange?.();
  }

  async #learnFrom(directory: string): Promise<boolean> {
    const { uid, home, observe, own } = this.#options;
    const found = await this.#nearest(directory);
    if (found === null) return false;
    const root = realPath(found.projectRoot);
    if (root === own || this.#known.has(root)) return false;
    const why = whyNotGoverning(found.path, uid);
    if (why !== null) return this.#problem(found.path, `it governs nobody: it ${why}`);
    try {
      const flags = observe ? { mode: "observe" as const } : {};
      const loaded = await loadConfig({ cwd: found.projectRoot, env: {}, uid, home, flags });
      this.#add(loaded.policy.projectRoot, loaded, null);
      return true;
    } catch (error) {
      if (!isToBeSaid(error)) throw error;
      return this.#problem(found.path, error.message);
    }
  }

  /** Also above the root of a repository: what lies below a project's root is that project's. */
  async #nearest(directory: string): Promise<ConfigFile | null> {
    const { uid, home } = this.#options;
    try {
      for (let at = directory; ;) {
        const directories = searchDirectories(at, home);
        const found = await discover(directories, uid);
        const top = directories.at(-1) ?? "/";
        if (found !== null || top === home || top === "/") return found;
        at = dirname(top);
      }
    } catch (error) {
      if (!isToBeSaid(error)) throw error;
      this.#problem(directory, error.message);
      return null;
    }
  }

  #add(root: string, loaded: Loaded, sinceMs: number | null): void {
    const watch = this.#options.watch === true ? this.#follow(root, loaded) : null;
    this.#known.set(root, { loaded, watch, sinceMs });
  }

  #follow(root: string, first: Loaded): ConfigWatch {
    return new ConfigWatch(
      first,
      (next) => {
        const known = this.#known.get(root);
        if (known === undefined) return;
        // its file is gone: what is found now is another project's, or nobody's
        const isIts = next.policy.projectRoot === root && this.#mayGovern(next, fileOf(known.loaded));
        if (isIts) this.#known.set(root, { ...known, loaded: next });
        else this.#forget(root);
        this.#options.onChange?.();
      },
      (error) => this.#problem(first.path ?? root, error.message),
    );
  }

  /** `before`: the file that it had. What is there still, and is no longer followed, governs nobody either. */
  #mayGovern({ policy: { governance } }: Loaded, before: string | null): boolean {
    const [project] = governance?.projects ?? [];
    const file = project?.config ?? (before !== null && entryExists(before) ? before : null);
    const why = file === null ? null : whyNotGoverning(file, this.#options.uid);
    if (file !== null && why !== null) return this.#problem(file, `it governs nobody: it ${why}`);
    return project !== undefined;
  }

  #forget(root: string): void {
    this.#known.get(root)?.watch?.[Symbol.dispose]();
    this.#known.delete(root);
    this.#asked = new Map();
  }

  #problem(path: string, problem: string): false {
    const key = `${path}\0${problem}`;
    if (!this.#said.has(key)) this.#options.onProblem?.(path, problem);
    this.#said.add(key);
    return false;
  }
}

/** A configuration that cannot be used, or a system call that failed on the way to it. */
const isToBeSaid = (error: unknown): error is Error => error instanceof Error && codeOf(error) !== null;

const fileOf = ({ policy }: Loaded): string | null => policy.governance?.projects[0]?.config ?? null;

/** Its own terms; whom else it would govern is not its business. */
function projectOf(root: string, { loaded, sinceMs }: Known): readonly Project[] {
  const [own] = loaded.policy.governance?.projects ?? [];
  if (own === undefined) return [];
  const { config, policy } = own;
  return [{ root, config, policy, ...(sinceMs !== null && { sinceMs }) }];
}
