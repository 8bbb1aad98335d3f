import { expect, test } from "bun:test";
import { appNotes } from "../../../src/cli/bunctl/notes.ts";
import { appSpec } from "../../support/app-world.ts";

const seen = (program: string, brokenConfig?: string) => ({
  schemaVersion: 1 as const,
  at: 0,
  manager: { pid: 7, version: "1", sinceMs: 0, program },
  apps: [{ spec: appSpec("api"), instances: [], ...(brokenConfig !== undefined && { brokenConfig }) }],
  failures: [],
});

test("nothing where all is well", () => expect(appNotes(seen(import.meta.path))).toEqual([]));

test("a manager whose files are gone, and what is wrong with a config file, each in a line", () => {
  const [moved, broken, ...more] = appNotes(
    seen("/gone/bunctl.ts", "apps.json:2:1: a ] is missing\n  2 | {"),
  );
  expect(moved).toMatch(/^The manager runs \/gone\/bunctl\.ts, which is gone\. .* daemon upgrade$/u);
  expect(broken).toBe(
    "api goes on as it was declared before, since its config file is broken: apps.json:2:1: a ] is missing",
  );
  expect(more).toEqual([]);
});
