/** Compresses the files that the named log files were put aside as, when nobody else wants the processor. */
import { setPriority } from "node:os";
import { orElse } from "../../text/system-error.ts";
import { packPutAside } from "./pack.ts";

const LOWEST = 19;

async function main(paths: readonly string[]): Promise<void> {
  orElse(null, () => setPriority(LOWEST));
  for (const path of paths) await packPutAside(path);
}

void main(process.argv.slice(2));
