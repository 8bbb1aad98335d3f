/** What is said where tests wait for a slot, and there is no terminal. */
import { expect, spyOn, test } from "bun:test";
import { testProgress } from "../../../src/render/tests/progress.ts";
import { aRecord } from "../gate/house.ts";

const TAKEN = {
  seen: { limit: 2, held: 1, ungated: 1, ahead: 0 },
  holdings: [{ record: aRecord("a") }],
  ungated: [{ pid: 7, ageMs: 1, command: "bun dev.ts" }],
};

test("nothing while files of the run have the slots; once, when others have all of them", () => {
  using said = spyOn(console, "error").mockImplementation(() => undefined);
  const progress = testProgress(true);
  progress.start("a.test.ts");
  progress.waiting(TAKEN);
  expect(said).not.toHaveBeenCalled();
  progress.stop("a.test.ts");
  progress.waiting(TAKEN);
  progress.waiting(TAKEN);
  progress.finish();
  expect(said.mock.calls).toEqual([
    [
      "waiting for a slot: 2 of 2 taken, 1 of them outside the gate: bun work.ts (pid 50), bun dev.ts (pid 7). --no-gate waits for none.",
    ],
  ]);
});
