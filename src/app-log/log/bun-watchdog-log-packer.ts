/** Compresses what was put aside of the log files that are named, when nobody else wants the processor. */
import { setPriority } from "node:os";
import { orElse } from "../../text/system-error.ts";
import { packPutAside } from "./pack.ts";

const LOWEST = 19;

orElse(null, () => setPriority(LOWEST));
for (const path of process.argv.slice(2)) await packPutAside(path);
