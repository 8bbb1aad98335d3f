/**
 * bunctl's code comes from the same places as the wrapper's: the built file as long as no source is newer,
 * else the sources.
 */
import { startClean } from "../../os/select-start.ts";
import { packageFile } from "../../trust/package-file.ts";
import type * as Built from "./built.ts";
import type * as BuiltDaemon from "./built-daemon.ts";

type Program = (argv: readonly string[]) => Promise<number>;

/** Resolves to what runs this command line and resolves to its exit code. */
export async function loadBunctl(argv: readonly string[]): Promise<Program> {
  startClean();
  return argv.join(" ") === "daemon run" ? loadManager() : loadCommands();
}

async function loadCommands(): Promise<Program> {
  const built = orNull<typeof Built>(() => require("../../../dist/bunctl.js"));
  return isCurrent(built) ? built.runBunctl : (await import("./main.ts")).runBunctl;
}

/** It stays, and has no use for the commands. */
async function loadManager(): Promise<Program> {
  const built = orNull<typeof BuiltDaemon>(() => require("../../../dist/bunctl-daemon.js"));
  return isCurrent(built) ? built.runManager : (await import("./run-manager.ts")).runManager;
}

const isCurrent = <Some extends Pick<typeof Built, "isCurrent">>(built: Some | null): built is Some =>
  built?.isCurrent(packageFile(""), "dist/bunctl.sources.json") === true;

/** null: nobody has built it. */
function orNull<Some>(load: () => Some): Some | null {
  try {
    return load();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
