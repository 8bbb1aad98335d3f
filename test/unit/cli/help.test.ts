/** The help of every command: narrow, with examples and exit codes, and one word for one thing. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wrapperHelp } from "../../../src/gate/wrapper/help.ts";
import { trialHelp } from "../../../src/cli/isolate/benchmark-runner.ts";
import { commandHelp, programHelp } from "../../../src/cli/help.ts";
import { everyCommand, PROGRAMS } from "../../support/commands.ts";
import { PAGES, readPage } from "../../support/documents.ts";
import { keysOf, schemaOf } from "../../support/json-schema.ts";
import { repository } from "../../support/launch.ts";
import { VOCABULARY } from "../../support/vocabulary.ts";

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

/** What people read besides: without code, and without the names of keys. */
const pages = PAGES.map((name) => {
  const lines = readPage(name).prose.map(([line]) => line.replaceAll(/`[^`]*`/gu, ""));
  return [name, lines.join("\n")] as const;
});
const schemas = ["bun-process-config", "bunctl"].map((name) => {
  const schema = schemaOf(JSON.parse(readFileSync(join(repository, `config/${name}.schema.json`), "utf8")));
  return [name, JSON.stringify(keysOf(schema).map(([, { description }]) => description))] as const;
});

test.each(VOCABULARY)("%s has no other name, in any help, page or schema", (_, others) => {
  const found = [...helps, ...pages, ...schemas].flatMap(([name, text]) => {
    const [other] = others.exec(text) ?? [];
    return other === undefined ? [] : [`${other}: ${name}`];
  });
  expect(found).toEqual([]);
});
