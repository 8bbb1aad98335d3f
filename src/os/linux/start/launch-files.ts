/** What kept settings need of the machine (config/cached.ts), by the means that a gated start has too: one mark per file for both. */
import { readText } from "../files/files.ts";
import { entryAt, markOf, writeWhole } from "../files/private-files.ts";

export const linuxLaunchFiles = {
  exists: (path: string): boolean => entryAt(path) === 0,
  markOf,
  /** null: it is not there. */
  read: (path: string): string | null => {
    const text = readText(path);
    return typeof text === "number" ? null : text;
  },
  write: writeWhole,
};
