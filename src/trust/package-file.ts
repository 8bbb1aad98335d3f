/** Files of this package, found from its sources and from what is built into `dist` alike. */
import { basename, dirname, join } from "node:path";

const root = basename(import.meta.dir) === "dist" ? dirname(import.meta.dir) : join(import.meta.dir, "../..");

/** `path`: below the package's own folder. */
export const packageFile = (path: string): string => join(root, path);
