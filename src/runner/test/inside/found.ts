/**
 * Runs inside of a `bun test` that only says which files it would run (--preload): each file that is loaded from now on
 * is named, and is empty.
 */
import { openSync, writeSync } from "node:fs";

const descriptor = openSync(process.env["BUN_ISOLATE_FOUND"] ?? "/dev/null", "a");

// those that a bunfig.toml has loaded by now: the first that takes a file has it
Bun.plugin.clearAll();
Bun.plugin({
  name: "found",
  setup: (build) => {
    build.onLoad({ filter: /./ }, ({ path }) => {
      writeSync(descriptor, `${path}\0`);
      return { contents: "", loader: "js" };
    });
  },
});
