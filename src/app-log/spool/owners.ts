/**
 * Notes whose spools are in the directory, in a small file for each instance, so that the next manager knows
 * where its lines go.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoggedInstance } from "../../ports/app-logs.ts";
import { readBelieved } from "../../trust/open.ts";
import { orElse } from "../../text/system-error.ts";

const ENDING = ".json";
const SPOOL_ENDINGS = [".out", ".err"] as const;

export class SpoolOwners {
  readonly directory: string;
  readonly #known = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Reads the files. It removes what belongs to nobody: a spool whose file is gone or was never finished. */
  read(): readonly LoggedInstance[] {
    const names = readdirSync(this.directory);
    const found = names.filter((name) => name.endsWith(ENDING)).flatMap((name) => this.#read(name) ?? []);
    const keys = new Set(found.map(({ key }) => key));
    for (const name of names) {
      const ending = [...SPOOL_ENDINGS, ENDING].find((each) => name.endsWith(each)) ?? "";
      if (!keys.has(name.slice(0, name.length - ending.length)))
        rmSync(join(this.directory, name), { force: true });
    }
    return found;
  }

  /** The file is not synchronised, because after a power cut no app from before runs. */
  write(logged: LoggedInstance): void {
    const text = JSON.stringify(logged);
    if (this.#known.get(logged.key) === text) return;
    const path = join(this.directory, logged.key + ENDING);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#known.set(logged.key, text);
  }

  remove(key: string): void {
    this.#known.delete(key);
    rmSync(join(this.directory, key + ENDING), { force: true });
  }

  /** null: only half of the file was written when the machine went down. */
  #read(name: string): LoggedInstance | null {
    const text = orElse(null, () => readBelieved(join(this.directory, name)), "ENOENT");
    if (text === null || text === "") return null;
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ours alone, and written by `write`
      const logged = JSON.parse(text) as LoggedInstance;
      this.#known.set(logged.key, text);
      return logged;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }
}
