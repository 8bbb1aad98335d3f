/** The configuration in force, as text a person can read and save. */
import type { Loaded } from "./load.ts";

/** Commented JSON with a final newline: every key, where its value comes from, the built-in rules as data. */
export function printConfig(loaded: Loaded): string {
  throw new Error(`not written yet: ${loaded.projectRoot}`);
}
