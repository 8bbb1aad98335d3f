/** One table of names; what each reader makes of it is its own. */
import { describe, expect, test } from "bun:test";
import { isPassing, isRunner } from "../../../src/core/judge/evidence/runners.ts";
import { programNames } from "../../../src/core/process/known-programs.ts";
import { isPrompt } from "../../../src/core/process/prompt.ts";
import { starterOf } from "../../../src/core/judge/starter.ts";

test("every name stands in it once, and is a name", () => {
  expect(programNames).toEqual([...new Set(programNames)]);
  for (const name of programNames) expect(name).toMatch(/^[A-Za-z][\w.-]*$/);
});

const program = (name: string) => ({ names: [name], script: null });
const script = (name: string) => ({ names: ["node"], script: `/app/node_modules/${name}/bin/index.js` });
/** `name` runs it, and make runs that. */
const above = (name: string): string | null =>
  starterOf([
    { pid: 1, command: `${name} x.y` },
    { pid: 2, command: "make" },
  ])?.command ?? null;

type Row = readonly [
  name: string,
  input: "passing" | "staying" | "client",
  script: boolean,
  starter: "gathers" | "between" | "stops",
];

describe("what a name means at a command's input, as a script, and above a job", () => {
  test.each<Row>([
    ["bash", "passing", false, "between"],
    ["fish", "passing", false, "between"],
    ["nu", "passing", false, "stops"],
    ["pwsh", "passing", false, "stops"],
    ["busybox", "passing", false, "stops"],
    ["timeout", "passing", false, "between"],
    ["sudo", "passing", false, "stops"],
    ["taskset", "passing", false, "between"],
    ["cross-env", "passing", true, "between"],
    ["dotenvx", "passing", true, "between"],
    ["tini", "passing", false, "stops"],
    ["git", "passing", false, "stops"],
    ["lefthook", "passing", false, "gathers"],
    ["lint-staged", "passing", true, "gathers"],
    ["husky", "passing", true, "stops"],
    ["xargs", "passing", false, "gathers"],
    ["bmake", "passing", false, "gathers"],
    ["jake", "passing", true, "gathers"],
    ["cargo", "passing", false, "stops"],
    ["pnpm", "passing", true, "gathers"],
    ["foreman", "passing", true, "stops"],
    ["vitest", "passing", true, "stops"],
    ["entr", "passing", false, "stops"],
    ["nodemon", "passing", true, "stops"],
    ["agent.jar", "passing", true, "stops"],
    ["sshd", "staying", false, "stops"],
    ["cron", "staying", false, "stops"],
    ["Runner.Worker", "staying", false, "stops"],
    ["python3", "client", false, "stops"],
    ["codex", "client", false, "stops"],
    ["pm2", "client", false, "stops"],
    ["code", "client", false, "stops"],
  ])("%s", (name, input, asScript, starter) => {
    const at = isPassing(program(name)) ? "passing" : isRunner(program(name)) ? "staying" : "client";
    expect(at).toBe(input);
    expect(isPassing(script(name))).toBe(asScript);
    expect(above(name)).toBe(starter === "stops" ? null : "make");
    expect(starterOf([{ pid: 1, command: `${name} x.y` }]) !== null).toBe(starter === "gathers");
  });
});

describe("who starts what a person asks for", () => {
  test.each<[string, boolean | null, boolean]>([
    ["-zsh", true, true],
    ["/usr/bin/fish --login", true, true],
    ["nu", true, true],
    ["/opt/elvish", null, true],
    ["bash", false, false],
    ["bash build.sh", true, false],
    ["bash -lc 'bun x.ts'", true, false],
    ["node /usr/bin/codex", false, true],
    ["/opt/claude --resume", false, true],
    ["node server.js", true, false],
  ])("%s, terminal %p: %p", (command, terminal, asked) => expect(isPrompt(command, terminal)).toBe(asked));
});
