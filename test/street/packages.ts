/** Where the packages of the street are, and what of the street this machine cannot run. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Need } from "./neighbour.ts";

/** `npm run test:deps` installs them here, outside the checkout: they are 1.2 GB. */
const CACHE = "/var/cache/bun-watchdog-street";

export const packagesBin = join(CACHE, "node_modules/.bin");
export const packagesDirectory = join(CACHE, "node_modules");

/** Why something that is needed is not there; null when it is. */
export function missing(needs: readonly Need[]): string | null {
  const reasons = needs.flatMap((need) => unmet(need) ?? []);
  return reasons.length === 0 ? null : reasons.join("; ");
}

function unmet(need: Need): string | null {
  if (need !== "packages") return Bun.which(need) === null ? `needs ${need}: npm run test:deps` : null;
  const wanted = readFileSync(join(import.meta.dir, "package.json"), "utf8");
  const installed = join(CACHE, "package.json");
  const isThere =
    existsSync(packagesBin) && existsSync(installed) && readFileSync(installed, "utf8") === wanted;
  return isThere ? null : `needs the packages of test/street/package.json in ${CACHE}: npm run test:deps`;
}
