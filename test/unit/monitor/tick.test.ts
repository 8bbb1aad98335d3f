/** One look at a machine whose processes come and go while it looks. */
import { expect, test } from "bun:test";
import { emptyHistory } from "../../../src/core/history.ts";
import { look } from "../../../src/monitor/tick.ts";
import type { ProcessSampler } from "../../../src/ports.ts";
import { aPolicy, aProcess, aSelf, aSnapshot } from "../../support/build.ts";

/** Another process at each sample; from the `answering`-th on it lives for long enough to be asked. */
function hydra(answering: number): { readonly sampler: ProcessSampler; readonly samples: () => number } {
  let samples = 0;
  const sampler: ProcessSampler = {
    sample: () => aSnapshot([aProcess({ pid: 100 + ++samples })]),
    inspect: (asked) =>
      new Map(
        samples < answering ? [] : [...asked.keys()].map(({ id }) => [id.pid, { listeners: [] }] as const),
      ),
    machine: () => ({ cpus: 2, availableBytes: 0 }),
    describe: () => null,
    ancestors: () => [1],
    close: () => undefined,
  };
  return { sampler, samples: () => samples };
}

test.each([
  [1, 1, []],
  [2, 2, []],
  [3, 3, []],
  [4, 3, undefined],
])("answers at the %i. reading: %i samples", (answering, samples, listeners) => {
  const machine = hydra(answering);
  const { snapshot } = look(machine.sampler, emptyHistory, aPolicy(), aSelf(), {
    kind: "monitor",
    full: true,
  });
  expect(machine.samples()).toBe(samples);
  expect(snapshot.processes.get(100 + samples)?.listeners).toEqual(listeners);
});
