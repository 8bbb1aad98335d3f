/** Who asks with --json gets one object, also when it cannot be done; the exit code stays what it was. */
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { runCli, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { SCALED } from "./scaled.ts";

requireNamespace();

const failure = v.strictObject({
  schemaVersion: v.literal(1),
  error: v.strictObject({
    code: v.string(),
    message: v.pipe(v.string(), v.nonEmpty()),
    next: v.pipe(v.string(), v.nonEmpty()),
    problems: v.optional(v.array(v.looseObject({ source: v.string(), message: v.string() }))),
  }),
});

const project = scratchProject(SCALED);
const broken = scratchProject(SCALED);
writeFileSync(join(broken.directory, ".kiro/bun-process-config.json"), '{ "processTimeoutMs": "soon" }');
afterAll(() => {
  for (const each of [project, broken]) each[Symbol.dispose]();
});

const COMMANDS = [
  ["status"],
  ["cleanup"],
  ["stop", "1", "--yes"],
  ["monitor"],
  ["report"],
  ["history", "info"],
  ["history", "export"],
  ["config", "check"],
  ["config", "print"],
  ["alerts", "status"],
  ["alerts", "test"],
  ["doctor"],
  ["maintenance", "status"],
  ["maintenance", "due"],
];

test.each(COMMANDS)("%s %s with a file that is wrong", async (...words) => {
  const command = words.filter((word) => typeof word === "string");
  const run = await runCli([...command, "--json"], broken);
  // doctor is there to say what is wrong
  if (command[0] === "doctor") return;
  expect(run.exitCode).toBe(2);
  const { error } = v.parse(failure, JSON.parse(run.stdout));
  expect([error.code, error.problems?.length]).toEqual(["CONFIG", 1]);
});

test.each([
  [["status", "--jsn", "--json"], 2, "USAGE", "--json"],
  [["claenup", "--json"], 2, "USAGE", "cleanup"],
  [["status", "--scope", "everything", "--json"], 2, "USAGE", "machine"],
  [["stop", "1", "--json"], 2, "USAGE", "--dry-run"],
  [["status", "--watch", "--json"], 2, "USAGE", "Choose one"],
  [["history", "export", "--json", "--until", "soon"], 2, "USAGE", "--help"],
  [["alerts", "test", "--json"], 2, "USAGE", "alerts.command"],
])("%j: exit %d, %s, and the next move has %s", async (args, exitCode, code, next) => {
  const run = await runCli(args, project);
  expect(run.exitCode).toBe(exitCode);
  expect(run.stderr).not.toBe("");
  const { error } = v.parse(failure, JSON.parse(run.stdout));
  expect(error.code).toBe(code);
  expect(`${error.message} ${error.next}`).toContain(next);
});

test("what stands behind -- is another command's", async () => {
  const run = await runCli(["monitor", "--", "no-such-command-here", "--json"], project);
  expect(run.stdout).toBe("");
  expect(run.stderr).toContain("no-such-command-here");
});
