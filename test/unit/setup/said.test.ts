/** What setup says to people. */
import { expect, test } from "bun:test";
import { renderSetup } from "../../../src/setup/text.ts";

test("notes wrap, and what belongs to one stays beneath it", async () => {
  const long = "word ".repeat(60).trim();
  const text = await renderSetup({
    root: "/srv/shop",
    dryRun: false,
    uninstall: false,
    changes: [],
    unchanged: [],
    standing: [],
    refused: [],
    kept: [],
    notes: [long, "Put it in front of PATH:", "  sh      export PATH"],
    wrappable: [],
    hook: null,
  });
  const lines = text.split("\n");
  expect(lines.slice(-2)).toEqual(["  Put it in front of PATH:", "    sh      export PATH"]);
  expect(lines.slice(1, -2).join(" ").replaceAll(/ +/gu, " ").trim()).toBe(long);
  expect(lines.every((line) => line.length <= 200)).toBe(true);
});
