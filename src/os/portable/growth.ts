/** As linux/files/growth.ts, by what Bun has for every system. */
import { watch } from "node:fs";
import { orElse } from "../../text/system-error.ts";
import type { GrowthWatch, OnGrown } from "../backend.ts";

/** Where the system gives no watch: look this often. */
const LOOK_MS = 200;

export function growthAnywhere(directory: string, onGrown: OnGrown): GrowthWatch {
  const watcher = orElse(null, () =>
    watch(directory, (_event, name) => void onGrown(name === null ? null : new Set([name]))),
  );
  if (watcher !== null) return { [Symbol.dispose]: () => watcher.close() };
  const timer = setInterval(() => void onGrown(null), LOOK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
