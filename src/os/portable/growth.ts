/** As linux/files/growth.ts, by what Bun has for every system. */
import { watch } from "node:fs";
import { orElse } from "../../text/system-error.ts";
import type { GrowthWatch, OnGrown } from "../backend.ts";

/** Where the system gives no watch: look this often. */
const LOOK_MS = 200;
/** Bun leaves out a change that follows another one of the same file within a millisecond: look once more. */
const ONCE_MORE_MS = 10;

export function growthAnywhere(directory: string, onGrown: OnGrown): GrowthWatch {
  let onceMore: ReturnType<typeof setTimeout> | undefined;
  const watcher = orElse(null, () =>
    watch(directory, (_event, name) => {
      void onGrown(name === null ? null : new Set([name]));
      onceMore ??= setTimeout(() => {
        onceMore = undefined;
        void onGrown(null);
      }, ONCE_MORE_MS);
    }),
  );
  if (watcher !== null)
    return {
      [Symbol.dispose]: () => {
        watcher.close();
        clearTimeout(onceMore);
      },
    };
  const timer = setInterval(() => void onGrown(null), LOOK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
