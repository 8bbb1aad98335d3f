/** Whom Bun waits for is nobody's orphan, and where that cannot be read nobody is taken for one. */
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { requireNamespace } from "../support/namespace.ts";

requireNamespace();

const FIXTURE = resolve(import.meta.dir, "../fixtures/launch/no-descriptors.ts");

test("a process without descriptors does not take a child of Bun's for an orphan", async () => {
  // both bounds: Bun raises the lower one
  const child = Bun.spawn(["sh", "-c", 'ulimit -n 64; exec "$0" "$1"', process.execPath, FIXTURE]);
  expect(JSON.parse(await child.stdout.text())).toEqual({ before: [], without: [], knows: false, after: [] });
  expect(await child.exited).toBe(0);
});
