/** The document that is served is the one that the table of routes gives. */
import { expect, test } from "bun:test";
import { ROUTES } from "../../../src/http/routes/index.ts";
import { openApi, OPENAPI_FILE } from "../../support/openapi.ts";

test("config/openapi.json is current: else run test/support/openapi.ts", async () => {
  expect(await Bun.file(OPENAPI_FILE).text()).toBe(openApi());
});

test("no two routes answer the same, and whatever changes something is a POST", () => {
  const names = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
  for (const route of ROUTES)
    expect([route.path, route.changes === undefined || route.method === "POST"]).toEqual([route.path, true]);
});
