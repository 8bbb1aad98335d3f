/**
 * bunctl's code comes from the same places as the wrapper's: the built file as long as no source is newer,
 * else the sources. Imports nothing: what it takes starts clean.
 */
import type * as Built from "./built.ts";
import type * as BuiltDaemon from "./built-daemon.ts";

type Program = (argv: readonly string[]) => Promise<number>;

const ROOT = `${import.meta.dir}/../../..`;

/** Resolves to what runs this command line and resolves to its exit code. */
export async function loadBunctl(argv: readonly string[]): Promise<Program> {
  try {
    return await (argv.join(" ") === "daemon run" ? loadManager() : loadCommands());
  } catch (error) {
    // on another system no library of Linux can be opened
    const { whyNoLaunch } = await import("../../os/select-start.ts");
    const why = whyNoLaunch();
    if (why === null) throw error;
    return () => refuse(why);
  }
}

async function refuse(why: string): Promise<number> {
  console.error(`error: ${why}`);
  return 1;
}

async function loadCommands(): Promise<Program> {
  const built = orNull<typeof Built>(() => require("../../../dist/bunctl.js"));
  if (built?.isCurrent(ROOT, "dist/bunctl.sources.json") === true) return built.runBunctl;
  await clean();
  return (await import("./main.ts")).runBunctl;
}

/** It stays, and has no use for the commands. */
async function loadManager(): Promise<Program> {
  const built = orNull<typeof BuiltDaemon>(() => require("../../../dist/bunctl-daemon.js"));
  if (built?.isCurrent(ROOT, "dist/bunctl-daemon.sources.json") === true) return built.runManager;
  await clean();
  return (await import("./run-manager.ts")).runManager;
}

/** Before the sources are loaded, which a tsconfig.json of the folder could put other modules in the place of. */
async function clean(): Promise<void> {
  const { startClean } = await import("../../os/select-start.ts");
  startClean();
}

/** null: nobody has built it. */
function orNull<Some>(load: () => Some): Some | null {
  try {
    return load();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
