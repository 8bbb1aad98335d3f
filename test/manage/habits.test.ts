/** Who puts `bunctl` in PM2's place finds what scripts and fingers are used to. `HABITS_OF=pm2` holds PM2 itself to it. */
import { beforeAll, describe, expect, test } from "bun:test";
import { requireNamespace } from "../support/namespace.ts";
import { HABITS } from "./habits.ts";
import { playAll } from "./play-habits.ts";

requireNamespace();
const brand = process.env["HABITS_OF"] === "pm2" ? "pm2" : "bunctl";

describe(`habits, ${brand}`, () => {
  let problems: ReadonlyMap<string, string | null>;
  beforeAll(async () => {
    problems = await playAll(brand);
  }, 600_000);
  test.each(HABITS.map(({ title }) => title))("%s", (title) => expect(problems.get(title)).toBeNull());
});
