/** What a config file has that is passed over is said once for each change of it, not at every command. */
import { join } from "node:path";
import { managerDirectory } from "../../host/manager-places.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { orElse } from "../../text/system-error.ts";
import { ownUid } from "../../trust/open.ts";
import { textAt } from "../../trust/small-files.ts";
import { makePrivate } from "../../trust/state.ts";

/** Those of files that nobody has named for long are said again. */
const MOST_FILES = 100;

/** Whether exactly this was the last that was said of the file; it is from now on. What cannot be kept is said again. */
export function wasSaid(source: string, text: string): boolean {
  const directory = managerDirectory();
  if (makePrivate(directory, ownUid()) !== null) return false;
  const path = join(directory, "said.json");
  const kept = parsedJson(orElse(null, () => textAt(path, "ENOENT")) ?? "");
  const { [source]: before, ...others } = isRecord(kept) ? kept : {};
  const digest = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  if (before === digest) return true;
  const newest = Object.entries(others).slice(1 - MOST_FILES);
  orElse(null, () => replaceFile(path, JSON.stringify(Object.fromEntries([...newest, [source, digest]]))));
  return false;
}
