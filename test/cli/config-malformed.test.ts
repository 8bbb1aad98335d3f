import { expect, test } from "bun:test";
import { KIND_COUNT } from "../support/malformed.ts";
import { seed } from "../support/random.ts";
import { unavailable, root } from "../support/skip.ts";
import { malformedConfigRounds } from "../soak/malformed-config.ts";

test(`one malformed configuration of each of ${KIND_COUNT} kinds: exit 2 with file, line and key (the soak runs 500)`, async () => {
  unavailable(root);
  const number = seed();
  console.log(`malformed configurations: SEED=${number}`);
  const { wrong, refused, skipped } = await malformedConfigRounds(KIND_COUNT, number);
  expect(wrong).toEqual([]);
  expect(refused + skipped.length).toBe(KIND_COUNT);
}, 120_000);
