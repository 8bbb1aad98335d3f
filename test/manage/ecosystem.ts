/** The files that are started under both managers: the seed's example, and those that are modelled on public ones. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

export const ECOSYSTEM = resolve(import.meta.dir, "../fixtures/ecosystem");

/** The rest is the soak's. */
export const SOME: readonly string[] = ["18-seed.config.js", "02-increment.config.js"];

export const ALL: readonly string[] = readdirSync(ECOSYSTEM)
  .filter((name) => /^\d\d-/u.test(name))
  .toSorted();
