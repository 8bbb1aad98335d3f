/**
 * bun-isolate's code comes from the same places as bunctl's: the built file as long as no source is newer, else the
 * sources. Imports nothing: what it takes starts clean.
 */
import type * as Built from "./built.ts";

type Program = (argv: readonly string[]) => Promise<number>;

const ROOT = `${import.meta.dir}/../../..`;

/** Resolves to what runs a command line and resolves to its exit code. */
export async function loadIsolate(): Promise<Program> {
  const built = loadBuilt();
  if (built?.isCurrent(ROOT, "dist/bun-isolate.sources.json") === true) return built.runIsolate;
  // before the sources are loaded, which a tsconfig.json of the folder could put other modules in the place of
  const { startClean } = await import("../../os/select-start.ts");
  startClean();
  return (await import("./main.ts")).runIsolate;
}

/** null: nobody has built it. */
function loadBuilt(): typeof Built | null {
  try {
    return require("../../../dist/bun-isolate.js");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** The same for the process of one trial. */
export async function loadBenchmarkRunner(): Promise<Program> {
  const { startClean } = await import("../../os/select-start.ts");
  startClean();
  return (await import("./benchmark-runner.ts")).runBenchmarkRunner;
}
