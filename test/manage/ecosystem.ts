/** The files that are started under both managers: the seed's example, and those that are modelled on public ones. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

export const ECOSYSTEM = resolve(import.meta.dir, "../fixtures/ecosystem");

/** The rest is the soak's. */
export const SOME: readonly string[] = ["18-seed.config.js", "02-increment.config.js"];

export const ALL: readonly string[] = readdirSync(ECOSYSTEM)
  .filter((name) => /^\d\d-/u.test(name))
  .toSorted();

/** PM2 cannot read some of them as they are: what it is given instead, and says the same. */
export function forPm2(file: string): string {
  const own = [`pm2-${file}`, `pm2-${file.replace(/ts$/u, "js")}`].find((name) =>
    existsSync(join(ECOSYSTEM, name)),
  );
  return own ?? file;
}
