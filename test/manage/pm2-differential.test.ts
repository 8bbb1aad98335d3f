/** PM2 and bunctl side by side: every difference is a known one. Two files here, all of them in `npm run soak`. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { requireNamespace } from "../support/namespace.ts";
import { pm2Missing } from "../support/process-manager.ts";
import { needs } from "../support/skip.ts";
import { differences } from "./differential.ts";
import { ECOSYSTEM, SOME } from "./ecosystem.ts";
import { explained } from "./known-differences.ts";
import { PM2_DOCS, withPm2Tables } from "./pm2-tables.ts";

requireNamespace();

// each of the twenty commands is a start of node, and on a loaded machine takes seconds
const LIMIT_MS = 240_000;

needs({ name: "PM2", missing: pm2Missing }).each([...SOME])(
  "%s",
  async (file) => {
    const found = await differences(file, ECOSYSTEM);
    expect(found.filter((each) => explained(each) === null)).toEqual([]);
    // the instrument finds what is there
    expect(found.map(({ what }) => what)).toContain("field pm2_env.unique_id");
  },
  LIMIT_MS,
);

test("docs/replace-pm2.md has every known difference (bun test/manage/pm2-tables.ts writes them)", () => {
  const page = readFileSync(PM2_DOCS, "utf8");
  expect(page).toBe(withPm2Tables(page));
});
