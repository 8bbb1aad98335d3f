/** The types that the package declares are those of its sources. The compiler finds it where they are not. */
import { expect, test } from "bun:test";
import type * as declared from "../../../config/supervisor.d.ts";
import * as real from "../../../src/supervisor/index.ts";

type Same<One, Other> = [One, Other] extends [Other, One] ? true : never;

const SAME: readonly true[] = [
  true satisfies Same<declared.AppConfig, real.AppConfig>,
  true satisfies Same<declared.AppLimits, real.AppLimits>,
  true satisfies Same<declared.AppProcess, real.AppProcess>,
  true satisfies Same<declared.EventStream, real.EventStream>,
  true satisfies Same<declared.ExitStatus, real.ExitStatus>,
  true satisfies Same<declared.LimitReport, real.LimitReport>,
  true satisfies Same<declared.ProcessInfo, real.ProcessInfo>,
  true satisfies Same<declared.ProcessSupervisor, real.ProcessSupervisor>,
  true satisfies Same<declared.RunAs, real.RunAs>,
  true satisfies Same<declared.SignalName, real.SignalName>,
  true satisfies Same<declared.SupervisorEvent, real.SupervisorEvent>,
];

test("what is declared is there", () => {
  const create: typeof declared.createSupervisor = real.createSupervisor;
  expect([typeof create, SAME.length]).toEqual(["function", 11]);
});
