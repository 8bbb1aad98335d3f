/** Which words may stand at the end of a line. */
import { describe, expect, test } from "bun:test";
import { WATCHDOG } from "../../../src/cli/commands.ts";
import { complete, inLines } from "../../../src/cli/completion/complete.ts";
import { bunctlProgram } from "../../../src/cli/bunctl/commands.ts";
import { isolateProgram } from "../../../src/cli/isolate/commands.ts";
import { offersFor } from "../../../src/cli/completion/values.ts";
import { everyCommand } from "../../support/commands.ts";

/** The last word of the line is completed; it is empty where the line ends with a blank. */
async function offered(line: string): Promise<string> {
  const [called = "", ...words] = line.split(" ");
  const program =
    {
      bunctl: bunctlProgram(null),
      "bun-isolate": isolateProgram(null),
      "benchmark-runner": isolateProgram(null),
    }[called] ?? WATCHDOG;
  const { files, words: offers } = await complete(program, called, words);
  return [...(files === "none" ? [] : [`<${files}>`]), ...offers.map(({ word }) => word)].join(" ");
}

test.each([
  ["bun-watchdog clea", "cleanup"],
  ["bun-watchdog ki", "kill"],
  ["bun-watchdog st", "status stop"],
  ["bun-watchdog bogus ", ""],
  ["bun-watchdog help conf", "config"],
  ["bun-watchdog config ", "check print schema"],
  ["bun-watchdog config --json ch", "check"],
  ["bun-watchdog --json config ch", "check"],
  ["bun-watchdog kill --fo", "--force"],
  ["bun-watchdog status --json --js", ""],
  ["bun-watchdog status --scope ", "nearest user project machine"],
  ["bun-watchdog status --scope=us", "--scope=user"],
  ["bun-watchdog --mode ", "enforce observe"],
  ["bun-watchdog --config ", "<files>"],
  ["bun-watchdog setup --hook pre", "pre-commit pre-push"],
  ["bun-watchdog report --project ", "<folders>"],
  ["bun-watchdog history export --table k", "kills"],
  ["bun-watchdog monitor -- bun te", "<files>"],
  ["bun-watchdog monitor bun --ho", "<files>"],
  ["bun-watchdog completion f", "fish"],
  ["bun-watchdog status --versi", "--version"],
  ["bun-monitor-service --res", "--restart"],
  ["bun-wrapper --time", "--timeout"],
  ["bun-wrapper --scope p", "project"],
  ["bun-wrapper run --ti", "<files>"],
  ["bunctl rm", "rm"],
  ["bunctl start app.ts -- --por", "<files>"],
  ["bunctl start --restart on", "on-failure"],
  ["bunctl signal SIGU", "SIGUSR1 SIGUSR2"],
  ["bunctl daemon up", "upgrade"],
  ["bun-isolate test --leaks ", "fail warn"],
  ["benchmark-runner --qu", "--quiet"],
])("%s: %s", async (line, words) => {
  expect(await offered(line)).toBe(words);
});

describe("no word of an argument is without an offer by accident", () => {
  /** Free text: only who types knows it. */
  const FREE = new Set(
    `account arguments category codes count duration expression format group name name-from-to name-values names part
     percent port program ref scripts size step system what-else when word`.split(/\s+/u),
  );
  test("every placeholder is offered something, or is free text", async () => {
    const missing: string[] = [];
    for (const { program, path, declaration } of await everyCommand())
      for (const [flags, , value] of declaration.options ?? []) {
        const [, word] = /[<[]([\w-]+)/u.exec(flags) ?? [];
        if (word === undefined || Array.isArray(value) || FREE.has(word)) continue;
        const { files, words } = await offersFor(`<${word}>`, true, program);
        if (files === "none" && words.length === 0) missing.push(`${path.join(" ")} ${flags}`);
      }
    expect(missing).toEqual([]);
  });
});

test("a name that cannot be typed is not offered, and a meaning is one line", () => {
  const words = [
    { word: "api", meaning: "online\nand more" },
    { word: "a\nb", meaning: "" },
    { word: "\u001B[31m", meaning: "" },
  ];
  expect(inLines({ files: "none", words })).toBe("none\napi\tonline");
});
