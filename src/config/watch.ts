/** Reloads when the configuration changes on disk. */
import type { Loaded } from "./load.ts";
import type { ConfigError } from "./problem.ts";

export interface ConfigWatch extends Disposable {
  /** The last good one. */
  current(): Loaded;
  /** Looks now (SIGHUP, or a file system that reports nothing). */
  check(): Promise<void>;
}

/** `onChange` with every new good configuration; `onError` with a broken one, the last good one staying in force. */
export function watchConfig(
  loaded: Loaded,
  onChange: (next: Loaded, before: Loaded) => void,
  onError: (error: ConfigError) => void,
): ConfigWatch {
  throw new Error(`not written yet: ${loaded.projectRoot} ${onChange.length} ${onError.length}`);
}
