import { describe, expect, test } from "bun:test";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { bearsOurName, isOurFile, isOurs } from "../../../src/core/process/ours.ts";
import { scriptOf } from "../../../src/core/process/script.ts";
import { aProcess } from "../../support/build.ts";

const line = (text: string): readonly string[] => text.split(" ");

describe("the script being run", () => {
  test.each([
    ["bun x.ts", "x.ts"],
    ["bun run x.ts --port 1", "x.ts"],
    ["bun run run", "run"],
    ["bun --watch x.ts", "x.ts"],
    ["bun --cwd /srv run dev", "dev"],
    ["bun --env-file=.env x.ts", "x.ts"],
    ["bun x cowsay moo", "cowsay"],
    ["bunx @playwright/mcp@latest", "@playwright/mcp@latest"],
    ["bun", null],
    ["bun --tsconfig-override tsconfig.dev.json x.ts", "x.ts"],
    ["bun run --console-depth 4 x.ts", "x.ts"],
    ["bun --inspect x.ts", "x.ts"],
    ["bun -e bun-wrapper.ts", null],
    ["bun run --silent -- x.ts", "x.ts"],
    ["bunx -p @angular/cli ng new", "ng"],
    ["bun x --package @angular/cli ng new", "ng"],
    ["sh -e x.sh", "x.sh"],
  ])("%s → %p", (command, script) => expect(scriptOf(line(command))).toBe(script));

  test("an unreadable command line names none", () => expect(scriptOf(null)).toBeNull());
});

describe("a name of ours", () => {
  test.each([
    ["bun run scripts/fix-runaway-bun.ts cleanup", true],
    ["bun scripts/bun-monitor-service.ts", true],
    ["bun /srv/app/node_modules/.bin/bun-watchdog status", true],
    ["bun --cwd /srv run bunctl.ts list", true],
    ["bunx bun-watchdog monitor", true],
    ["bun node_modules/.bin/bun-isolate test", true],
    ["bun scripts/benchmark-runner.ts", true],
    ["bun run scripts/bun-wrapper.ts dev", true],
    ["bun --config=/dev/null /srv/dist/bunctl-daemon.js daemon run", true],
    ["bun --config=/dev/null /srv/node_modules/bun-watchdog/dist/fix-runaway-bun.js monitor", true],
    ["bun --tsconfig-override x.json scripts/bun-wrapper.ts dev", true],
    ["bun --console-depth 4 scripts/fix-runaway-bun.ts monitor", true],
    ["bun --config=/dev/null --no-env-file scripts/bun-wrapper.ts dev", true],
    // the script's argument, not the script
    ["bun build.ts scripts/bunctl.ts", false],
    ["bun test bun-wrapper.ts", false],
    ["bun --title bun-wrapper.ts spin.ts", false],
    ["bun -e bun-wrapper.ts", false],
    ["bun run dev", false],
    ["bun my-bunctl.ts", false],
    ["bun fix-runaway-bun", true],
    ["bun bunctl-daemon", false],
    ["bun bunctl.tsx", false],
  ])("%s → %p", (command, ours) => expect(bearsOurName(line(command))).toBe(ours));
});

test.each<[string, Partial<ProcessSample>, boolean]>([
  ["proven by where it lies", { isOurScript: true }, true],
  ["found elsewhere", { isOurScript: false }, false],
  ["another script of our package", { isOurScript: true, argv: ["bun", "scripts/other.ts"] }, false],
  ["opened in an editor", { isOurScript: true, runtime: "other", argv: ["vim", "scripts/bunctl.ts"] }, false],
])("a script of ours, %s: %p", (_name, facts, ours) =>
  expect(isOurs(aProcess({ pid: 1, argv: ["bun", "scripts/bunctl.ts"], ...facts }))).toBe(ours),
);

test.each([
  ["scripts/bun-wrapper.ts", true],
  ["src/history/store/bun-watchdog-history-writer.ts", true],
  ["dist/bun-watchdog-counter.js", true],
  ["dist/fix-runaway-bun.js", true],
  ["dist/supervisor.js", false],
  ["src/gate/wrapper/bun-watchdog-counter.ts", true],
  ["bin/benchmark-runner", true],
  ["bin/other", false],
  ["bun-wrapper.ts", false],
  ["test/fixtures/bun-wrapper.ts", false],
  ["scripts/other.ts", false],
  ["../scripts/bun-wrapper.ts", false],
])("a program of our package: %s → %p", (path, ours) => expect(isOurFile(path)).toBe(ours));
