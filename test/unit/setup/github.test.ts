/** The workflow of `setup --ci github`, as YAML reads it, for each package manager and place of a project. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { githubWorkflow } from "../../../src/setup/parts/github.ts";
import { planEdits } from "../../../src/setup/plan.ts";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "bun-watchdog-github-"))));
afterEach(() => rmSync(root, { recursive: true }));

function planned(below: string, manifest: object, force = false) {
  const hooks = { kind: "here", directory: root, isSet: false } as const;
  const git = { top: root, hooks, below, common: null };
  const project = { root, manifest: JSON.stringify(manifest), isOurs: false, git };
  const { edits, notes } = githubWorkflow(project, force);
  return { notes, plan: planEdits(edits, { within: [root], named: [] }) };
}

const workflowOf = (below: string, manifest: object = {}) =>
  Bun.YAML.parse(planned(below, manifest).plan.changes[0]?.after ?? "");

const runsOf = (below: string, manifest: object = {}): readonly string[] =>
  JSON.stringify(workflowOf(below, manifest)).match(/(?<="run":")(?:[^"\\]|\\.)*(?=")/gu) ?? [];

test("one run for each push, with the least rights, an end, and Bun in one version", () => {
  writeFileSync(join(root, "bun.lock"), "{}");
  expect(workflowOf("")).toMatchObject({
    permissions: { contents: "read" },
    concurrency: { group: "${{ github.workflow }}-${{ github.ref }}", "cancel-in-progress": true },
    jobs: {
      test: {
        if: expect.stringContaining("github.event_name == 'push' ||"),
        "timeout-minutes": 45,
        env: { BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "1800000" },
        steps: [
          { uses: "actions/checkout@v4" },
          { uses: "oven-sh/setup-bun@v2", with: { "bun-version": Bun.version } },
          { uses: "actions/cache@v4", with: { key: "bun-${{ runner.os }}-${{ hashFiles('bun.lock') }}" } },
          { run: "bun install --frozen-lockfile" },
          { run: "bun run bun-watchdog cleanup" },
          { run: "bun run bun-watchdog monitor --clean -- bun run test" },
        ],
      },
    },
  });
  expect(JSON.stringify(workflowOf(""))).not.toContain("working-directory");
});

test.each(["apps/web", "it's", 'a "b" #c: d', "a\nb", "é%$x", "${{ github.token }}"])(
  "a project in %j is run there",
  (below) => {
    writeFileSync(join(root, "bun.lock"), "{}");
    const literal = below.replace("${{", "${{ '${{' }}");
    expect(workflowOf(below)).toMatchObject({
      jobs: {
        test: {
          defaults: { run: { "working-directory": literal } },
          steps: expect.arrayContaining([
            expect.objectContaining({
              with: expect.objectContaining({
                key: expect.stringContaining(`hashFiles('${below.replaceAll("'", "''")}/bun.lock')`),
              }),
            }),
          ]),
        },
      },
    });
  },
);

test.each([
  [["package-lock.json"], {}, "npm ci", "npx --no-install bun-watchdog cleanup"],
  [["pnpm-lock.yaml"], {}, "pnpm install --frozen-lockfile", "pnpm exec bun-watchdog cleanup"],
  [["yarn.lock"], {}, "yarn install --frozen-lockfile", "yarn run bun-watchdog cleanup"],
  [["yarn.lock", ".yarnrc.yml"], {}, "yarn install --immutable", "yarn run bun-watchdog cleanup"],
  [
    ["yarn.lock"],
    { packageManager: "yarn@4.1.0+sha224.x" },
    "yarn install --immutable",
    "yarn run bun-watchdog",
  ],
  [["bun.lockb", "package-lock.json"], {}, "bun install --frozen-lockfile", "bun run bun-watchdog cleanup"],
  [
    ["bun.lock", "package-lock.json"],
    { packageManager: "npm@11" },
    "npm ci",
    "npx --no-install bun-watchdog",
  ],
  [[], {}, "bun install", "bun run bun-watchdog cleanup"],
])("%j and %j: %s", (files, manifest, install, cleanup) => {
  for (const name of files) writeFileSync(join(root, name), "");
  const runs = runsOf("", manifest);
  expect(runs).toContain(install);
  expect(runs.some((run) => run.startsWith(cleanup))).toBe(true);
  expect(planned("", manifest).notes.some((note) => note.startsWith("There is no lock file"))).toBe(
    files.length === 0,
  );
});

test.each([
  [{ packageManager: "bun@1.4.2" }, null, "1.4.2"],
  [{}, "1.4.3\n", "1.4.3"],
  [{ packageManager: "npm@11.0.0" }, null, Bun.version],
])("Bun of %j with .bun-version %j: %s", (manifest, file, version) => {
  if (file !== null) writeFileSync(join(root, ".bun-version"), file);
  expect(JSON.stringify(workflowOf("", manifest))).toContain(`"bun-version":"${version}"`);
});

test("a workflow that is there already stays and is shown, and goes where that is forced", () => {
  const path = join(root, ".github/workflows/bun-watchdog.yml");
  Bun.spawnSync(["mkdir", "-p", join(root, ".github/workflows")]);
  writeFileSync(path, "on: push\n");
  const { plan } = planned("", {});
  expect(plan.changes).toEqual([]);
  expect(plan.standing).toMatchObject([
    { path, before: "on: push\n", after: expect.stringContaining("jobs:") },
  ]);
  const forced = planned("", {}, true).plan;
  expect([forced.standing.length, forced.changes[0]?.before]).toEqual([0, "on: push\n"]);
  writeFileSync(path, forced.changes[0]?.after ?? "");
  expect(planned("", {}).plan.standing).toEqual([]);
});

const noteOn = (word: string, manifest: object): boolean =>
  planned("", manifest).notes.some((note) => note.includes(word));

test.each([
  ["file:../bun-watchdog/bun-watchdog-0.1.0.tgz", true],
  ["../bun-watchdog/bun-watchdog-0.1.0.tgz", true],
  ["file:/srv/bun-watchdog-0.1.0.tgz", true],
  ["link:../bun-watchdog", true],
  ["file:tools/bun-watchdog-0.1.0.tgz", false],
  ["./tools/bun-watchdog-0.1.0.tgz", false],
  ["..", true],
  ["^0.1.0", false],
  ["github:owner/bun-watchdog", false],
  ["https://example.org/bun-watchdog-0.1.0.tgz", false],
])("installed from %s, GitHub cannot install it: %p", (wish, expected) => {
  for (const kind of ["devDependencies", "dependencies"])
    expect(noteOn("not in this repository", { [kind]: { "bun-watchdog": wish } })).toBe(expected);
});

test("two lock files are said, unless package.json names the manager", () => {
  for (const name of ["bun.lock", "package-lock.json"]) writeFileSync(join(root, name), "");
  expect([{}, { packageManager: "npm@11.0.0" }].map((manifest) => noteOn("is there too", manifest))).toEqual([
    true,
    false,
  ]);
});
