/** The help of every command: narrow, with examples and exit codes, and one word for one thing. */
import { describe, expect, test } from "bun:test";
import { wrapperHelp } from "../../../src/gate/wrapper/help.ts";
import { trialHelp } from "../../../src/cli/isolate/benchmark-runner.ts";
import { commandHelp, programHelp } from "../../../src/cli/help.ts";
import { everyCommand, PROGRAMS } from "../../support/commands.ts";

const commands = await everyCommand();
const helps: readonly (readonly [string, string])[] = [
  ...PROGRAMS.map((program) => [program.name, programHelp(program)] as const),
  ...commands.map(
    ({ program, path, summary, declaration }) =>
      [`${program.name} ${path.join(" ")}`, commandHelp(program, path, summary, declaration)] as const,
  ),
  ["bun-wrapper", wrapperHelp()],
  ["benchmark-runner", trialHelp()],
];

const WIDEST = 80;

test.each(helps)("%s: 80 columns, examples, exit codes", (_, help) => {
  expect(help.split("\n").filter((line) => line.length > WIDEST)).toEqual([]);
  expect(help).toMatch(/^Usage: /u);
  expect(help).toMatch(/\nExamples:\n {2}\S/u);
  expect(help).toMatch(/\nExit codes:\n {2}\S/u);
});

/** What stands in brackets behind an option, or is an argument: one word for one thing. Completion goes by them, too. */
const PLACEHOLDERS = new Set(
  `account app app-and-number arguments category codes command count duration expression file folder format group hook
   mode name name-from-to name-values names order part paths pattern percent pid port program ref scope script scripts
   service shell signal signal-and-app size step system tables what when word`.split(/\s+/u),
);

test("one word stands for one kind of value", () => {
  const used = commands.flatMap(({ program, path, declaration: { argument, options = [] } }) =>
    [argument?.[0] ?? "", ...options.map(([flags]) => flags)].flatMap((text) => {
      const [, word] = /[<[]([^>\].]+)/u.exec(text) ?? [];
      return word === undefined || PLACEHOLDERS.has(word)
        ? []
        : [`${program.name} ${path.join(" ")} ${text}`];
    }),
  );
  expect(used).toEqual([]);
});

/** The word that is used, and others for the same thing. */
const SAME: readonly (readonly [string, RegExp])[] = [
  ["folder", /(?<!working |home |state |runtime )\bdirector(?:y|ies)\b/iu],
  ["instance", /\bcop(?:y|ies)\b/iu],
  ["runaway", /\bruns? away\b/iu],
  ["timeout", /\btime limit\b/iu],
  ["spared", /\bexempt/iu],
  ["manager", /\bbe the daemon\b|\bthe daemon\b/iu],
  ["look", /\bone pass\b/iu],
  ["the page", /\b(?:web page|web UI)\b/iu],
];

describe.each(SAME)("%s has no other name", (_, others) => {
  test("in any help", () => {
    expect(helps.flatMap(([name, help]) => others.exec(help)?.[0]?.concat(` in ${name}`) ?? [])).toEqual([]);
  });
});
