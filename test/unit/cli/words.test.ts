/** Which words of a line are ours, and in which order they are read. */
import { expect, test } from "bun:test";
import { asksFor, commandFirst } from "../../../src/cli/words.ts";

test.each([
  ["status --json", "status --json"],
  ["--json status", "status --json"],
  ["--config a.json --json status --check", "status --config a.json --json --check"],
  ["--config=a.json status", "status --config=a.json"],
  ["-q --scope user cleanup -n", "cleanup -q --scope user -n"],
  ["--json monitor -- bun test --json", "monitor --json -- bun test --json"],
  ["help status", "status --help"],
  ["help config check", "config check --help"],
  ["--help status", "status --help"],
  ["help", "help"],
  ["--json", "--json"],
  ["-- status", "-- status"],
  ["-q -- status", "-q -- status"],
  ["", ""],
])("%s", (line, read) => {
  expect(commandFirst(line.split(" ").filter(Boolean)).join(" ")).toBe(read);
});

test.each([
  ["status --json", true],
  ["--json status", true],
  ["monitor --json", true],
  ["monitor --mode observe --json -- bun test", true],
  ["monitor -- bun test --json", false],
  ["monitor bun test --json", false],
  ["--mode observe monitor bun --json", false],
  ["start app.ts -- --json", false],
  ["monitor", false],
  ["", false],
])("%s asks for JSON: %p", (line, asks) => {
  expect(asksFor(line.split(" ").filter(Boolean), "--json")).toBe(asks);
});
