/** Compresses the files that the named log files were put aside as, when nobody else wants the processor. */
import { setPriority } from "node:os";
import { orElse } from "../../text/system-error.ts";
import { packPutAside } from "./pack.ts";

const LOWEST = 19;

orElse(null, () => setPriority(LOWEST));
for (const path of process.argv.slice(2)) await packPutAside(path);
