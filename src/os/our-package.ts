/** Whether a script is part of an installation of this product: some other may bear the same name. */
import { dirname, join } from "node:path";
import { readRegular } from "../trust/open.ts";

const OUR_NAME = /"name"\s*:\s*"bun-watchdog"/u;
/** scripts/x, dist/x, src/os/portable/x: the package's own file lies at most this far above. */
const MOST_FOLDERS = 4;

/** By the package.json nearest above it. */
export function isOfOurPackage(script: string): boolean {
  let folder = dirname(script);
  for (let above = 0; above < MOST_FOLDERS; above++, folder = dirname(folder)) {
    const text = packageFile(folder);
    if (text !== null) return OUR_NAME.test(text);
  }
  return false;
}

function packageFile(folder: string): string | null {
  try {
    return readRegular(join(folder, "package.json"));
  } catch (error) {
    // no package of its own, or nothing that can be read: then it is not ours either
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
