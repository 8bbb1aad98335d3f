/**
 * The manager keeps what it knows in small files: each app has a folder with its declaration and one file for
 * each instance. A file is replaced as a whole by rename(2), so a dead manager leaves the old text or the new
 * one. Nothing is flushed on the way of a spawn: a power cut ends the apps too.
 */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { AppIdentity, AppSpec } from "../../core/app/app-spec.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { CommandError } from "../../text/errors.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { textAt } from "../../trust/small-files.ts";
import { ownUid } from "../../trust/open.ts";
import { makePrivate } from "../../trust/state.ts";
import type { KeptApp, KeptInstance, StateStore } from "../ports.ts";
import { APPS_FOLDER } from "../../host/manager-places.ts";
import { SparedFiles } from "./spared-files.ts";

interface StateFilesOptions {
  /** Ours alone; it is made. */
  readonly directory: string;
  /** The file that `save` writes. */
  readonly dump: string;
  /**
   * This place takes what its disk does not take; it is ours alone, and gone when the machine is started
   * anew.
   */
  readonly spare: string;
  /** The id of this boot: processes that ran in another boot are gone. */
  readonly bootId: string;
  /** A file says nothing that can be used, and was put aside; null: it stays, because we only read. */
  readonly onDamage: ((sentence: string) => void) | null;
}

const VERSION = 1;
const [SPEC, BOOT] = ["app.json", "boot"];
const DAMAGED = ".damaged";

/** Throws what a directory that cannot be ours does. */
export class StateFiles implements StateStore {
  readonly #options: StateFilesOptions;
  readonly #files: SparedFiles;
  #lastNumber = 0;

  constructor(options: StateFilesOptions) {
    const { directory, spare } = options;
    this.#options = options;
    for (const place of [directory, join(directory, APPS_FOLDER)]) {
      const problem = makePrivate(place, ownUid());
      if (problem !== null)
        throw new CommandError(
          `${place}, for the list of apps, ${problem}. XDG_STATE_HOME names another place for it.`,
        );
    }
    this.#files = new SparedFiles(directory, spare);
  }

  load(): { readonly apps: readonly KeptApp[]; readonly isSameBoot: boolean } {
    const { bootId } = this.#options;
    const isSameBoot = this.#files.places(BOOT).some((path) => textAt(path, "ENOENT") === bootId);
    const apps = this.#files.listed(APPS_FOLDER).flatMap((name) => this.#app(join(APPS_FOLDER, name)) ?? []);
    if (!isSameBoot && this.#options.onDamage !== null) this.#files.replace(BOOT, bootId);
    return { apps, isSameBoot };
  }

  keepApp({ spec, instances }: KeptApp): void {
    const folder = folderOf(spec);
    this.#files.replace(join(folder, SPEC), this.#text({ spec }));
    for (const instance of instances) this.keepInstance(spec, instance);
    const known = new Set([SPEC, ...instances.map(({ id }) => `${id}.json`)]);
    for (const name of this.#files.listed(folder))
      if (!known.has(name)) this.#files.remove(join(folder, name));
  }

  keepInstance(app: AppIdentity, instance: KeptInstance): boolean {
    const folder = folderOf(app);
    this.#files.append(join(folder, `${instance.id}.json`), this.#text({ instance }));
    return this.#files.places(join(folder, SPEC)).some((path) => existsSync(path));
  }

  forget(app: AppIdentity): void {
    this.#files.remove(folderOf(app));
  }

  async save(apps: readonly KeptApp[]): Promise<string> {
    const path = this.#options.dump;
    replaceFile(path, JSON.stringify({ schemaVersion: VERSION, apps }));
    return path;
  }

  async saved(): Promise<readonly KeptApp[] | null> {
    const found = this.#read(this.#options.dump, "apps")?.["apps"];
    return Array.isArray(found) ? found.filter((app) => isRecord(app) && isSpec(app["spec"])) : null;
  }

  /** A clock would not do: Bun's begins anew with each process, and the wall's jumps. */
  #text(document: object): string {
    this.#lastNumber += 1;
    return JSON.stringify({ schemaVersion: VERSION, number: this.#lastNumber, ...document });
  }

  #app(folder: string): KeptApp | null {
    const spec = this.#newest(join(folder, SPEC), "spec");
    if (!isSpec(spec)) return null;
    const instances = this.#files
      .listed(folder)
      .filter((name) => /^\d+\.json$/u.test(name))
      .flatMap((name) => {
        const instance = this.#newest(join(folder, name), "instance");
        return isInstance(instance) ? [instance] : [];
      });
    return { spec, instances };
  }

  /** The later one where a dead manager has left two. */
  #newest(name: string, key: string): unknown {
    const found = this.#files.places(name).map((path) => this.#read(path, key));
    const [newest] = found.filter((one) => one !== null).toSorted((a, b) => numberOf(b) - numberOf(a));
    return newest?.[key] ?? null;
  }

  /** Returns the document that has something at `key`; null: there is no such file, or it is put aside. */
  #read(path: string, key: string): Readonly<Record<string, unknown>> | null {
    const text = textAt(path, "ENOENT", "ENOTDIR");
    if (text === null) return null;
    for (const line of text.split("\n").toReversed()) {
      const value = parsedJson(line);
      if (!isRecord(value) || value["schemaVersion"] !== VERSION || !isRecord(value[key])) continue;
      this.#lastNumber = Math.max(this.#lastNumber, numberOf(value));
      return value;
    }
    const { onDamage } = this.#options;
    if (onDamage === null) return null;
    renameSync(path, `${path}${DAMAGED}`);
    onDamage(`${path} cannot be understood, and is put aside as ${path}${DAMAGED}`);
    return null;
  }
}

/** The order in which the managers of this list have written, one after the other. */
const numberOf = ({ number }: Readonly<Record<string, unknown>>): number =>
  typeof number === "number" ? number : -1;

/**
 * The folder is in the state directory. It is unique for a name in a directory, whatever characters they
 * contain.
 */
const folderOf = ({ directory, name }: AppIdentity): string =>
  join(
    APPS_FOLDER,
    new Bun.CryptoHasher("sha256").update(`${directory}\0${name}`).digest("hex").slice(0, 32),
  );

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
