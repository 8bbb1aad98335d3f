/**
 * Runs inside of a `bun test` that only says which files it would run (--preload): each file that it comes to is named, and is
 * empty. What else is loaded is let be.
 */
import { openSync, writeSync } from "node:fs";

const descriptor = openSync(process.env["BUN_ISOLATE_FOUND"] ?? "/dev/null", "a");

// those that are there by now: the first that takes a file has it
Bun.plugin.clearAll();
Bun.plugin({
  name: "found",
  setup: (build) => {
    // also of a name that Bun cannot load (with a question mark): its own process says so
    build.onResolve({ filter: /./ }, ({ path }) => {
      if (path !== Bun.main) return undefined;
      writeSync(descriptor, `${path}\0`);
      return { path, namespace: "found" };
    });
    build.onLoad({ filter: /./, namespace: "found" }, () => ({ contents: "", loader: "js" }));
  },
});
