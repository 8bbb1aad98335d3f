/** What the package declares for `bun-watchdog/isolate` is what its sources give. The compiler finds it where it is not. */
import { expect, test } from "bun:test";
import type * as declared from "../../../config/isolate.d.ts";
import * as real from "../../../src/runner/index.ts";

type Same<One, Other> = [One, Other] extends [Other, One] ? true : never;

test("what is declared is there", () => {
  const run: typeof declared.runIsolated = real.runIsolated;
  const same: Same<declared.IsolatedRequest, real.IsolatedRequest> = true;
  expect([typeof run, same]).toEqual(["function", true]);
});
