/**
 * Where the wrapper's code comes from. It is part of every start of a gated Bun, and to load eighty modules takes as long
 * as eight starts of Bun: so `npm run build` makes one file of them, with its bytecode, and this takes that as long as
 * no source is newer. Without it everything works from the sources. Imports next to nothing: each module costs.
 */
import { startClean, whyNoLaunch } from "../../os/select-start.ts";
import type * as Built from "./built.ts";

/** Resolves to what runs a command line and resolves to its exit code. */
export async function loadWrapper(): Promise<(argv: readonly string[]) => Promise<number>> {
  const why = whyNoLaunch();
  if (why !== null) return () => refuse(why);
  startClean();
  const root = `${import.meta.dir}/../../..`;
  const built = loadBuilt();
  if (built?.isCurrent(root) === true)
    return (argv) => built.runWrapper(argv, `${root}/dist/bun-watchdog-counter.js`);
  const { runWrapper } = await import("./main.ts");
  return (argv) => runWrapper(argv, `${import.meta.dir}/bun-watchdog-counter.ts`);
}

/** 125 as for everything that the wrapper itself fails in. */
async function refuse(why: string): Promise<number> {
  console.error(`error: ${why}`);
  return 125;
}

/** null: nobody has built it. */
function loadBuilt(): typeof Built | null {
  try {
    // not import(): that takes 1 ms more
    const built: typeof Built = require("../../../dist/bun-wrapper.js");
    return built;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
