import { expect, test } from "bun:test";
import { APP_DOCS_FILE, withTables } from "../../../support/app-docs.ts";
import { readPage } from "../../../support/documents.ts";
import { scratch } from "../scratch.ts";
import { load } from "./loading.ts";

test("the tables of docs/bunctl-config.md are those of the keys (bun test/support/app-docs.ts writes them)", async () => {
  const page = await Bun.file(APP_DOCS_FILE).text();
  expect(page).toBe(withTables(page));
  expect(page).toContain("| `max_memory_restart` | `max_memory` |");
  expect(page).toContain("| `vizion` |");
});

test("its examples are accepted", async () => {
  const examples = readPage("docs/bunctl-config.md").blocks.filter(({ language }) => language === "json");
  expect(examples.length).toBeGreaterThan(0);
  for (const { lines } of examples) {
    using files = scratch({
      "bunctl.json": lines.join("\n"),
      "src/server.ts": "",
      "packages/api/package.json": "{}",
      "packages/web/package.json": "{}",
    });
    const { apps, warnings } = await load(files);
    expect(apps.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  }
});
