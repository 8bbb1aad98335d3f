/**
 * Notes whose spools are in the directory, in a small file for each instance, so that the next manager knows
 * where its lines go.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoggedInstance } from "../../ports/app-logs.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
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

  read(): readonly LoggedInstance[] {
    const names = readdirSync(this.directory).filter((name) => name.endsWith(ENDING));
    return names.flatMap((name) => this.#read(name) ?? []);
  }

  /** Removes the spools of everybody else, and what was never finished. Their owners may be known without their files: not before all are. */
  removeOthers(): void {
    for (const name of readdirSync(this.directory)) {
      const ending = [...SPOOL_ENDINGS, ENDING].find((each) => name.endsWith(each)) ?? "";
      if (!this.#known.has(name.slice(0, name.length - ending.length)))
        rmSync(join(this.directory, name), { force: true });
    }
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

  /** null: the file is damaged, for instance only half written when the machine went down. */
  #read(name: string): LoggedInstance | null {
    const text = orElse("", () => readBelieved(join(this.directory, name)), "ENOENT");
    const logged = parsedJson(text);
    if (!isRecord(logged) || `${String(logged["key"])}${ENDING}` !== name || !isRecord(logged["policy"]))
      return null;
    this.#known.set(name.slice(0, -ENDING.length), text);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ours alone, written by `write`, and whole
    return logged as unknown as LoggedInstance;
  }
}
