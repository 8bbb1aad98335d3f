import { expect, test } from "bun:test";
import { parseConfig } from "../../../src/config/syntax/parse.ts";
import { ConfigError } from "../../../src/config/schema/problem.ts";

const format = async (text: string, source = "c.json"): Promise<string> => {
  const result = await parseConfig(text, source);
  return result.ok ? "" : new ConfigError(result.problems).format();
};

test("an error shows the line, marks the place, and says what is allowed", async () => {
  expect(await format('{\n\t"maxCpuUsagePercent": "80%",\n}')).toBe(
    [
      'c.json:2:24: maxCpuUsagePercent: "80%" is not a number',
      '  2 |  "maxCpuUsagePercent": "80%",',
      "    |                        ^^^^^",
      "    allowed: a number from 1 to 102400 (100 = one core), or null to switch it off",
    ].join("\n"),
  );
});

test("wide characters before the place move the mark by their width", async () => {
  const [, shown, mark] = (await format('{ "保护": 1 }')).split("\n");
  expect(shown).toBe('  1 | { "保护": 1 }');
  expect(mark).toBe("    |   ^^^^");
  const after = (await format('{ /* 保护 */ "x": 1 }')).split("\n")[2];
  expect(after).toBe(`    |              ^^^`);
});

test("a long line is cut to a window around the place", async () => {
  const shown = (await format(`{${" ".repeat(500)}"x": 1${" ".repeat(500)}}`)).split("\n")[1] ?? "";
  expect(shown).toContain('"x": 1');
  expect(shown.length).toBeLessThan(110);
});

test("nothing hostile reaches the terminal: values, keys, the line and the file's name", async () => {
  const text = '{ "mode": "\u001b[31m", "\u202egnp": 1, /* \u001b]0;x\u0007 */ "scope": "\u2028" }';
  const shown = await format(text, "evil\u001b[2J\nname.json");
  expect(/[^\P{C}\n]|\p{Zl}/u.exec(shown)).toBeNull();
  expect(shown).toContain("evil\\u001b[2J\\u000aname.json:1:11");
});

test("of many problems the first twenty are shown, and the rest counted", async () => {
  const keys = Array.from({ length: 50 }, (_, index) => `"key${index}": 1`);
  const shown = await format(`{${keys.join(",\n")}}`);
  expect(shown).toEndWith("… and 30 more problems");
  expect(shown.match(/allowed:/gu)?.length).toBe(1);
});
