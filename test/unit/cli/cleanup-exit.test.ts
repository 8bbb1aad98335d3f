/** The exit code of a clean-up: 0 only where nothing is left that is ours to stop; in a git hook only --strict says so. */
import { expect, test } from "bun:test";
import { exitCode } from "../../../src/cli/commands/cleanup.ts";
import { judgedAs } from "../../../src/core/plan/cause.ts";
import type { Outcome } from "../../../src/core/plan/outcome.ts";
import type { CleanupReport } from "../../../src/wire/reports.ts";
import { aProcess, aTimeout } from "../../support/build.ts";

const victim = aProcess({ pid: 20 });
const heldBack = (isSpared?: true) => [
  { victim, verdict: aTimeout, because: "it came back", ...(isSpared === true && { isSpared }) },
];

const report = (
  results: readonly Outcome[],
  plan: Partial<CleanupReport["plan"]> = {},
  mode: CleanupReport["mode"] = "enforce",
): CleanupReport => ({
  atMs: 0,
  mode,
  plan: { steps: [], heldBack: [], ...plan },
  carriedOut: results.map((result) => ({
    victim,
    cause: judgedAs(aTimeout),
    outcomes: [{ id: victim.id, startTimeMs: 0, command: "x", result, signals: [], tookMs: 0 }],
    left: [],
  })),
  monitorPid: null,
});

const back: Outcome = { outcome: "respawned", pid: 30, by: 1, byCommand: "init" };
test.each<[string, CleanupReport, number]>([
  ["nothing was the matter", report([]), 0],
  ["all of it is dead", report([{ outcome: "gone" }]), 0],
  ["something survived", report([{ outcome: "gone" }, { outcome: "survived" }]), 1],
  ["it came back", report([back]), 1],
  ["something was held back", report([], { heldBack: heldBack() }), 1],
  ["something is spared for good", report([], { heldBack: heldBack(true) }), 0],
  ["something could not be judged", report([], { unjudged: [{ victim, verdict: aTimeout }] }), 1],
  ["it is only shown", report([], { heldBack: heldBack() }, "dry-run"), 0],
])("%s", (_name, made, expected) => {
  expect(exitCode(made, { hook: false }, {})).toBe(expected);
  expect(exitCode(made, { hook: true }, {})).toBe(0);
  expect(exitCode(made, { hook: true }, { strict: true })).toBe(expected);
});
