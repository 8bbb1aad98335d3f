/**
 * This tells whether the project's settings have anything to say; what was found out once is kept
 * (config/cached.ts).
 */
import pkg from "../../../package.json" with { type: "json" };
import { launchSettings } from "../../config/cached.ts";
import { ensureRuntimeDirectory } from "../../os/runtime-directory.ts";
import { launchFiles } from "../../os/select-start.ts";
import { homeOf } from "../../trust/state.ts";
import { ownUid } from "../../trust/open.ts";

/** false: a warning, or a mistake in a file; the whole program says which. */
export async function hasFineSettings(cwd: string): Promise<boolean> {
  const uid = ownUid();
  if (uid === null) return false;
  const home = homeOf(uid, process.env);
  const files = launchFiles();
  if (files === null) return false;
  try {
    const asked = { cwd, env: process.env, uid, home, flags: {} };
    const { warnings } = await launchSettings(asked, ensureRuntimeDirectory(uid), pkg.version, files);
    return warnings.length === 0;
  } catch (error) {
    // whatever it is, the whole program meets it too, and has the words for it
    if (error instanceof Error) return false;
    throw error;
  }
}
