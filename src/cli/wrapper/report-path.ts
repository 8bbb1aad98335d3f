/** A report that could not be written is noticed before the command runs, not after. */
import { entryAt } from "../../os/linux/private-files.ts";
import { UsageError } from "../errors.ts";

/** @throws UsageError where the file has no directory to be in. */
export function requireFolderOf(path: string): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1) || ".";
  if (entryAt(folder) === 0) return;
  throw new UsageError(
    `--json-report ${path}: there is no directory ${folder}. Name a file in one that exists.`,
  );
}
