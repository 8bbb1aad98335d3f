/** What the package declares for `bun-watchdog/runtime` is what its sources give. The compiler finds it where it is not. */
import { expect, test } from "bun:test";
import type * as declared from "../../../config/runtime.d.ts";
import * as real from "../../../src/runtime/index.ts";

type Same<One, Other> = [One, Other] extends [Other, One] ? true : never;
/** Of a class that has private fields: what everybody sees. */
type Seen<Value> = { readonly [Key in keyof Value]: Value[Key] };

const SAME: readonly true[] = [
  true satisfies Same<declared.AutomaticGCOptions, real.AutomaticGCOptions>,
  true satisfies Same<declared.BufferKind, real.BufferKind>,
  true satisfies Same<declared.BufferOptions, real.BufferOptions>,
  true satisfies Same<declared.BufferTiming, real.BufferTiming>,
  true satisfies Same<declared.ControllerOptions, real.ControllerOptions>,
  true satisfies Same<declared.EndingCause, real.EndingCause>,
  true satisfies Same<declared.ProcessEventOptions, real.ProcessEventOptions>,
  true satisfies Same<declared.GCStats, real.GCStats>,
  true satisfies Same<declared.LibraryCall, real.LibraryCall>,
  true satisfies Same<declared.ProcessMetrics, real.ProcessMetrics>,
  true satisfies Same<declared.PageRegistration, real.PageRegistration>,
  // its controller is compared below, and has private fields
  true satisfies Same<
    Omit<declared.PageRegistrationOptions, "controller">,
    Omit<real.PageRegistrationOptions, "controller">
  >,
  true satisfies Same<declared.SystemInfo, real.SystemInfo>,
  true satisfies Same<Seen<declared.ProcessController>, Seen<real.ProcessController>>,
];

test("what is declared is there", () => {
  const controller: typeof declared.ProcessController = real.ProcessController;
  const measure: typeof declared.measureBuffers = real.measureBuffers;
  const call: typeof declared.callSystemLibraries = real.callSystemLibraries;
  const register: (options?: { readonly name?: string }) => declared.PageRegistration =
    real.registerWithWatchdog;
  for (const each of [controller, measure, call, register]) expect(typeof each).toBe("function");
  expect(SAME).toHaveLength(14);
});
