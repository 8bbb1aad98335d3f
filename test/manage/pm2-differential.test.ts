/** PM2 and bunctl side by side: every difference is a known one. Two files here, all of them in `npm run soak`. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withTable } from "../support/app-docs.ts";
import { repository } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { pm2Missing } from "../support/process-manager.ts";
import { needs } from "../support/skip.ts";
import { differences } from "./differential.ts";
import { ECOSYSTEM, SOME } from "./ecosystem.ts";
import { differencesTable, explained } from "./known-differences.ts";

requireNamespace();

needs({ name: "PM2", missing: pm2Missing }).each([...SOME])("%s", async (file) => {
  const found = await differences(file, `pm start ${file}`, ECOSYSTEM);
  expect(found.filter((each) => explained(each) === null)).toEqual([]);
  // the instrument finds what is there
  expect(found.map(({ what }) => what)).toContain("field pm2_env.axm_monitor");
});

test("docs/replace-pm2.md has every known difference (bun test/manage/write-docs.ts writes them)", () => {
  const page = readFileSync(join(repository, "docs/replace-pm2.md"), "utf8");
  expect(page).toBe(withTable(page, "pm2-differences", differencesTable()));
});
