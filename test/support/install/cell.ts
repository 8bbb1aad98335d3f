/** One way of installing with one Node, and what each program says then: with its own Bun, with one on PATH, with none. */
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { bin, version } from "../../../package.json" with { type: "json" };
import { findIsolation, isolate } from "../../../src/os/isolate.ts";
import { prepare, type Place, type Way } from "./ways.ts";
import { run, succeed, type Ran, type World } from "./world.ts";

const PROGRAMS = Object.keys(bin);

/** Of Bun, in a project that has one: as new as ours, and older ones. */
export interface Versions {
  readonly own: string;
  readonly older: string;
}

/** What was seen where; null = as it should be. */
export type Seen = Readonly<Record<string, string | null>>;

interface Call {
  readonly argv: readonly string[];
  readonly place: Place;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export class Cell {
  readonly #seen: Record<string, string | null> = {};

  constructor(
    readonly world: World,
    readonly way: Way,
    /** null: there is no Node. */
    readonly node: string | null,
    /** The npm that this Node brings, where npm is the manager. */
    readonly manager: string,
  ) {}

  async play({ own, older }: Versions): Promise<Seen> {
    if (this.way.addBun !== null) {
      await this.#note("own Bun", () => this.#withProjects(own));
      await this.#note("an older Bun", () => this.#withProjects(older));
    }
    const place = this.#place();
    const isInstalled = await this.#note("install", () => this.#install(place));
    if (!isInstalled) return this.#seen;
    await this.#note("Bun on PATH", () => this.#everyProgram(place, true));
    await this.#note("no Bun", () => this.#nothing(place));
    return this.#seen;
  }

  async #note(what: string, look: () => Promise<void>): Promise<boolean> {
    try {
      await look();
      this.#seen[what] = null;
      return true;
    } catch (error) {
      this.#seen[what] = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  #place(): Place {
    const home = mkdtempSync(join(this.world.root, "cell-"));
    const folder = join(home, "a project");
    for (const path of [folder, join(home, "tmp"), join(home, "pnpm")]) mkdirSync(path);
    const place = { home, folder, tarball: this.world.tarball };
    prepare(this.way, place);
    return place;
  }

  /** `withBun`: also for the manager, when that is Bun. */
  #env({ home }: Place, withBun: boolean): Record<string, string | undefined> {
    const { cache, network, system, bun } = this.world;
    const path = [
      ...(withBun ? [bun] : []),
      ...(this.node === null ? [] : [this.world.with(this.node, this.manager)]),
      join(home, "pnpm"),
      system,
    ];
    return {
      ...network,
      HOME: home,
      TMPDIR: join(home, "tmp"),
      PATH: path.join(":"),
      npm_config_update_notifier: "false",
      PNPM_HOME: join(home, "pnpm"),
      npm_config_cache: join(cache, "npm"),
      YARN_CACHE_FOLDER: join(cache, "yarn1"),
      YARN_GLOBAL_FOLDER: join(cache, "yarn4"),
      BUN_INSTALL_CACHE_DIR: join(cache, "bun"),
      ...(this.manager === "pnpm10" && { npm_config_store_dir: join(cache, "pnpm") }),
    };
  }

  async #install(place: Place): Promise<void> {
    const argv = this.way.install?.(place);
    if (argv === undefined) return;
    const { out, err } = await this.#succeed({
      argv,
      place,
      env: this.#env(place, this.way.manager === "bun"),
    });
    const engines = /EBADENGINE|ERESOLVE|incompatible/u.exec(`${out}${err}`);
    if (engines !== null) throw new Error(`the installation says ${engines[0]}: ${err.slice(0, 600)}`);
  }

  /** A project that has a Bun of its own keeps it, and where that is new enough everything runs on it. */
  async #withProjects(bun: string): Promise<void> {
    const place = this.#place();
    const env = this.#env(place, this.way.manager === "bun");
    await this.#succeed({ argv: this.way.addBun?.(bun) ?? [], place, env });
    await this.#install(place);
    await this.#everyProgram(place, false);
    const used = await this.#program("bun-wrapper", ["-e", "console.log(Bun.version)"], place, false);
    if (used.out.trim() !== bun)
      throw new Error(`the project has Bun ${bun}, and runs ${used.out}${used.err}`);
  }

  async #everyProgram(place: Place, withBun: boolean): Promise<void> {
    for (const name of PROGRAMS) {
      const { code, out, err } = await this.#program(name, ["--version"], place, withBun);
      // what a manager says beside is its own affair
      const isQuiet = err === "" || /resolv|npm (?:warn|notice)/iu.test(err);
      if (code !== 0 || out.trim() !== version || !isQuiet)
        throw new Error(`${name} --version ended with ${code}: ${out}${err}`);
    }
    const { code, out, err } = await this.#program("bun-watchdog", ["status"], place, withBun);
    if (code !== 0 || !/No other Bun process runs|processes/u.test(out))
      throw new Error(`bun-watchdog status ended with ${code}: ${out}${err}`);
  }

  async #nothing(place: Place): Promise<void> {
    // bunx of a tarball is no way without Bun
    if (this.way.manager === "bun" && this.way.folder === undefined) return;
    for (const name of PROGRAMS) {
      const { code, err } = await this.#program(name, ["--version"], place, false);
      if (code !== 127 || !new RegExp(`^error: ${name} needs Bun .*\\. Next: \\S`, "mu").test(err))
        throw new Error(`${name} without a Bun ended with ${code}: ${err}`);
    }
  }

  /** By its path where it has one, and once as the manager calls it. */
  async #program(name: string, args: readonly string[], place: Place, withBun: boolean): Promise<Ran> {
    const env = this.#env(place, withBun);
    const folder = this.way.folder?.(place);
    const before = this.way.call(place);
    const byManager = [...before, name, ...args];
    const byPath = folder === undefined ? byManager : [join(folder, name), ...args];
    const canCall = before.length > 0 && (withBun || this.way.manager !== "bun");
    const argv = canCall && name === "bun-watchdog" ? byManager : byPath;
    if (folder !== undefined && !existsSync(join(folder, name))) throw new Error(`${folder} has no ${name}`);
    return run(this.#isolated(argv, place, env), { cwd: place.folder, env });
  }

  #isolated(
    argv: readonly string[],
    place: Place,
    env: Record<string, string | undefined>,
  ): readonly string[] {
    const namespace = findIsolation();
    if (namespace.kind === "none") throw new Error(namespace.because);
    const [command = "", ...rest] = argv;
    const program = Bun.which(command, { PATH: env["PATH"] ?? "" }) ?? command;
    return isolate([program, ...rest], namespace, { cwd: place.folder });
  }

  #succeed({ argv, place, env }: Call): Promise<Ran> {
    return succeed(argv, { cwd: place.folder, env });
  }
}
