/** Words that people try, and what they are told: nothing is started. */
import { expect, spyOn, test } from "bun:test";
import { bunctlProgram } from "../../../src/cli/bunctl/commands.ts";
import { WATCHDOG } from "../../../src/cli/commands.ts";
import type { Program } from "../../../src/cli/declaring.ts";
import { isolateProgram } from "../../../src/cli/isolate/commands.ts";
import { runProgram } from "../../../src/cli/program.ts";

const PROGRAMS: Readonly<Record<string, Program>> = {
  "bun-watchdog": WATCHDOG,
  bunctl: bunctlProgram(null),
  "bun-isolate": isolateProgram(null),
};

const programOf = (line: string): readonly [Program, readonly string[]] => {
  const [name = "", ...words] = line.split(" ");
  const program = PROGRAMS[name];
  if (program === undefined) throw new Error(`${name} is no program of ours.`);
  return [program, words];
};

test.each([
  ["bun-watchdog monitor stop", "monitor --stop"],
  ["bun-watchdog monitor status", "status"],
  ["bun-watchdog monitor start", "monitor --detach"],
  ["bun-watchdog monitor --mode observe restart", "monitor --restart"],
  ["bun-watchdog start", "monitor --detach"],
  ["bun-watchdog uninstall", "setup --uninstall"],
  ["bun-watchdog --json top", "status --watch"],
  ["bunctl top", "status --watch"],
  ["bunctl run app.ts", "start <file>"],
  ["bun-isolate watch", "test --watch"],
])("%s: %s", (line, instead) => {
  const [program, words] = programOf(line);
  expect(runProgram(program, words)).rejects.toThrow(`Write: ${program.name} ${instead}`);
});

test.each([
  ["bun-watchdog stauts --json", "Did you mean status?"],
  ["bun-watchdog help claenup", "Did you mean cleanup?"],
  ["bun-watchdog config chekc", "Did you mean check?"],
  ["bun-watchdog status --jsno", "Did you mean --json?"],
  ["bunctl --json restrat api", "Did you mean restart?"],
  ["bun-isolate bnech", "Did you mean bench?"],
])("%s: %s", async (line, hint) => {
  const said: string[] = [];
  using errors = spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  using answers = spyOn(console, "log").mockImplementation(() => {});
  expect(await runProgram(...programOf(line))).toBe(2);
  expect(said.join("")).toContain(hint);
  expect([errors, answers]).toHaveLength(2);
});

test("a command of another name is never what some word is a hint for", () => {
  for (const { commands, instead = {} } of Object.values(PROGRAMS)) {
    const names = Object.entries(commands).flatMap(([name, { aliases }]) => [name].concat(aliases));
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(names.filter((name) => Object.hasOwn(instead, name))).toEqual([]);
    const meant = Object.values(instead).map((line) => line.split(" ")[0] ?? "");
    expect(meant.filter((name) => !names.includes(name))).toEqual([]);
  }
});
