/** Finds, reads, checks and layers the settings. */
import type { Policy } from "../core/policy.ts";
import type { Layer, Settings } from "./settings.ts";

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

export interface Origin {
  readonly kind: "default" | "no-file" | "user-file" | "project-file" | "environment" | "flag";
  /** `path:line`, the variable, or the flag; "" for defaults. */
  readonly where: string;
}

export interface Loaded {
  readonly settings: Settings;
  readonly policy: Policy;
  /** The project's file (absolute); the user-level one when there is only that; null when there is none. */
  readonly path: string | null;
  /** Every file that was read, strongest first. */
  readonly files: readonly string[];
  readonly projectRoot: string;
  /** `logging.directory`, absolute. */
  readonly logDirectory: string;
  /** Where each key's value came from; `logging.level` and the like by their whole path. */
  readonly sources: ReadonlyMap<string, Origin>;
  /** Sentences worth a line on stderr and in the log. */
  readonly warnings: readonly string[];
  /** What it was loaded with: `watchConfig` loads again with the same. */
  readonly options: LoadOptions;
}

/** @throws ConfigError for a file, variable or flag that cannot be used; nothing else. */
export async function loadConfig(options: LoadOptions): Promise<Loaded> {
  throw new Error(`not written yet: ${options.cwd}`);
}
