/**
 * What the manager knows, in small files: a folder for each app, in it what was declared and one file for each instance. A
 * file is replaced as a whole by rename(2), so a dead manager leaves the old text or the new one. Nothing is flushed on the
 * way of a spawn: a power cut ends the apps too.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppIdentity, AppSpec } from "../../core/app/app-spec.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { listedAt, textAt } from "../../trust/small-files.ts";
import { ownUid } from "../../trust/open.ts";
import { makePrivate } from "../../trust/state.ts";
import type { KeptApp, KeptInstance, StateStore } from "../ports.ts";

export interface StateFilesOptions {
  /** Ours alone; it is made. */
  readonly directory: string;
  /** Of this boot: what ran in another one is gone. */
  readonly bootId: string;
  /** A file says nothing that can be used, and was put aside. */
  readonly onDamage: (sentence: string) => void;
}

const VERSION = 1;
const SPEC = "app.json";
const DAMAGED = ".damaged";

/** Throws what a directory that cannot be ours does. */
export class StateFiles implements StateStore {
  readonly #options: StateFilesOptions;
  readonly #apps: string;

  constructor(options: StateFilesOptions) {
    this.#options = options;
    this.#apps = join(options.directory, "apps");
    for (const directory of [options.directory, this.#apps]) {
      const problem = makePrivate(directory, ownUid());
      if (problem !== null) throw new Error(`${directory}, for the list of apps, ${problem}`);
    }
  }

  load(): { readonly apps: readonly KeptApp[]; readonly isSameBoot: boolean } {
    const bootFile = join(this.#options.directory, "boot");
    const isSameBoot = textAt(bootFile, "ENOENT") === this.#options.bootId;
    const apps = listedAt(this.#apps).flatMap((name) => this.#app(join(this.#apps, name)) ?? []);
    replace(bootFile, this.#options.bootId);
    return { apps, isSameBoot };
  }

  keepApp({ spec, instances }: KeptApp): void {
    const folder = this.#folder(spec);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replace(join(folder, SPEC), JSON.stringify({ schemaVersion: VERSION, spec }));
    for (const instance of instances) this.keepInstance(spec, instance);
    const known = new Set([SPEC, ...instances.map(({ id }) => `${id}.json`)]);
    for (const name of listedAt(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true });
  }

  keepInstance(app: AppIdentity, instance: KeptInstance): void {
    replace(
      join(this.#folder(app), `${instance.id}.json`),
      JSON.stringify({ schemaVersion: VERSION, instance }),
    );
  }

  forget(app: AppIdentity): void {
    rmSync(this.#folder(app), { recursive: true, force: true });
  }

  async save(apps: readonly KeptApp[]): Promise<string> {
    const path = this.#dump;
    replaceFile(path, JSON.stringify({ schemaVersion: VERSION, apps }));
    return path;
  }

  async saved(): Promise<readonly KeptApp[] | null> {
    const found = this.#read(this.#dump, "apps");
    return Array.isArray(found) ? found.filter((app) => isRecord(app) && isSpec(app["spec"])) : null;
  }

  get #dump(): string {
    return join(this.#options.directory, "dump.json");
  }

  /** Unique for a name in a directory, whatever is in either. */
  #folder({ directory, name }: AppIdentity): string {
    return join(
      this.#apps,
      new Bun.CryptoHasher("sha256").update(`${directory}\0${name}`).digest("hex").slice(0, 32),
    );
  }

  #app(folder: string): KeptApp | null {
    const spec = this.#read(join(folder, SPEC), "spec");
    if (!isSpec(spec)) return null;
    const instances = listedAt(folder)
      .filter((name) => /^\d+\.json$/u.test(name))
      .flatMap((name) => {
        const instance = this.#read(join(folder, name), "instance");
        return isInstance(instance) ? [instance] : [];
      });
    return { spec, instances };
  }

  /** What stands at `key`; null: there is no such file, or it is put aside. */
  #read(path: string, key: string): unknown {
    const text = textAt(path, "ENOENT", "ENOTDIR");
    if (text === null) return null;
    const value = parsedJson(text);
    if (isRecord(value) && value["schemaVersion"] === VERSION && isRecord(value[key])) return value[key];
    renameSync(path, `${path}${DAMAGED}`);
    this.#options.onDamage(`${path} cannot be understood, and is put aside as ${path}${DAMAGED}`);
    return null;
  }
}

/** We wrote it: what matters is that it is whole. */
const isSpec = (value: unknown): value is AppSpec =>
  isRecord(value) &&
  typeof value["name"] === "string" &&
  typeof value["directory"] === "string" &&
  Array.isArray(value["argv"]);

const isInstance = (value: unknown): value is KeptInstance =>
  isRecord(value) &&
  typeof value["id"] === "number" &&
  typeof value["number"] === "number" &&
  typeof value["phase"] === "string";

function replace(path: string, text: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
