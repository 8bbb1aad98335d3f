/** ps joins arguments by blanks: where one ends is a guess, but not for paths that exist. */
import { expect, test } from "bun:test";
import { bearsOurName } from "../../../../src/core/process/ours.ts";
import { commandWords } from "../../../../src/os/portable/command-words.ts";

const SCRIPT = "/home/me/my big project/scripts/fix-runaway-bun.ts";
const exists = (path: string): boolean => path === SCRIPT;

test.each<[string, string | null, readonly string[]]>([
  ["bun run dev", "/usr/bin/bun", ["bun", "run", "dev"]],
  ["/opt/my bun/bun x.ts  y", "/opt/my bun/bun", ["/opt/my bun/bun", "x.ts", "y"]],
  ["/opt/my bun/bun", "/opt/my bun/bun", ["/opt/my bun/bun"]],
  [`bun ${SCRIPT} monitor --yes`, null, ["bun", SCRIPT, "monitor", "--yes"]],
  ["bun /no such/file.ts", null, ["bun", "/no", "such/file.ts"]],
  ["[bun] <defunct>", null, []],
  ["[kthreadd]", null, []],
  ["(bun)", null, []],
])("%j", (command, exe, words) => {
  expect(commandWords(command, exe, exists)).toEqual(words);
});

test("a monitor in a directory with blanks bears a name of ours", () => {
  expect(bearsOurName(commandWords(`bun ${SCRIPT} monitor`, null, exists))).toBe(true);
});
