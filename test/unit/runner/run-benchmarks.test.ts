/** What the trials of benchmarks, and the lines around them, are run with. */
import { expect, test } from "bun:test";
import { configuredBenchmarks } from "../../../src/core/bench/configured.ts";
import { TRIAL_DEFAULTS, type TrialConfig } from "../../../src/core/bench/trial-config.ts";
import { runBenchmarks } from "../../../src/runner/bench/run-benchmarks.ts";

test("a cleanup has the variables of its command", async () => {
  const env = { PLACE: "/tmp/place" };
  const config = { ...TRIAL_DEFAULTS, name: "build", command: "make", cleanup: "rm -r $PLACE/*", env };
  const asked: TrialConfig[] = [];
  await runBenchmarks(configuredBenchmarks(config, [], 1), {
    measure: (each) => {
      asked.push(each);
      return Promise.reject(new Error("not measured here"));
    },
    signal: new AbortController().signal,
    onTurn: () => undefined,
  });
  expect(asked.map((each) => [each.command, each.env])).toEqual([
    ["make", env],
    [["/bin/sh", "-c", "rm -r $PLACE/*"], env],
  ]);
});
