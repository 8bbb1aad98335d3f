/** What `npm run build` makes is installed elsewhere: it must not name a folder of the machine that built it. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../support/launch.ts";

const dist = join(repository, "dist");
const built = readdirSync(dist).filter((name) => name.endsWith(".js"));

test("wrapper, counter and bunctl are built", () => {
  expect(built).toContain("bun-wrapper.js");
  expect(built).toContain("bunctl.js");
});

test.each(built)("%s names no folder of this machine", (name) => {
  expect(readFileSync(join(dist, name), "utf8")).not.toContain(repository);
});
