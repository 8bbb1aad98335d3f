/** Where bunctl's code comes from, as for the wrapper: the built file as long as no source is newer, else the sources. */
import { startClean } from "../../os/select-start.ts";
import { packageFile } from "../../trust/package-file.ts";
import type { isCurrent } from "../../gate/wrapper/sources.ts";
import type { runBunctl } from "./main.ts";

interface Built {
  readonly runBunctl: typeof runBunctl;
  readonly isCurrent: typeof isCurrent;
}

/** Resolves to what runs a command line and resolves to its exit code. */
export async function loadBunctl(): Promise<typeof runBunctl> {
  startClean();
  const built = loadBuilt();
  if (built?.isCurrent(packageFile(""), "dist/bunctl.sources.json") === true) return built.runBunctl;
  return (await import("./main.ts")).runBunctl;
}

/** null: nobody has built it. */
function loadBuilt(): Built | null {
  try {
    const built: Built = require("../../../dist/bunctl.js");
    return built;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
