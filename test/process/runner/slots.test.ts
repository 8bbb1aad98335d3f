/** Test files in the slots of a project's gate, beside everybody's launches. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIsolated } from "../../../src/runner/isolated.ts";
import { ensureRuntimeDirectory } from "../../../src/os/runtime-directory.ts";
import { ownUid } from "../../../src/trust/open.ts";
import { CONFIG, gate, gateRun, slots } from "../../support/gating.ts";
import { isolate, isolateJson, place, scriptPath, startIsolate } from "../../support/isolate.ts";
import { type Project, scratchProject } from "../../support/launch.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";
import { killAll } from "../../support/sampling.ts";

requireNamespace();

const ONE_SLOT = { ...CONFIG, maxConcurrentProcesses: 1 };

/** Notes how many are at it, itself included: the last of those that overlap sees all of them. */
const COUNTING = `import { appendFileSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
mkdirSync(\`busy/\${process.pid}\`, { recursive: true });
appendFileSync("seen", \`\${readdirSync("busy").length}\\n\`);
await Bun.sleep(150);
rmdirSync(\`busy/\${process.pid}\`);
`;
const PASS = 'import { test } from "bun:test";\ntest("passes", () => {});\n';
const FOREVER =
  'import { test } from "bun:test";\ntest("waits", async () => { await Bun.write("up", ""); await new Promise(() => setInterval(() => {}, 1_000)); });\n';
/** Is up until it is told to end. */
const HOLDER =
  'await Bun.write("held", ""); while (!require("node:fs").existsSync("done")) await Bun.sleep(20);\n';

const suite = (names: readonly string[], text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`${name}.test.ts`, text]));

function project(config: object, files: Readonly<Record<string, string>>): Project {
  const made = scratchProject({ ...config });
  place(made.directory, { "package.json": "{}", ...files });
  return made;
}

const seenIn = ({ directory }: Project): readonly number[] =>
  readFileSync(join(directory, "seen"), "utf8").trim().split("\n").map(Number);

const tickets = (): readonly string[] =>
  readdirSync(join(ensureRuntimeDirectory(ownUid() ?? 0), "gate-user", "tickets"));

/** The only slot is taken until `use` has come to its end. */
async function whileHeld(made: Project, use: () => Promise<void>): Promise<void> {
  place(made.directory, { "holder.ts": HOLDER });
  await using holder = gate(made, ["holder.ts"]);
  expect(await until(() => existsSync(join(made.directory, "held")), 20_000)).toBe(true);
  await use();
  writeFileSync(join(made.directory, "done"), "");
  expect(await holder.exited).toBe(0);
}

test("two runs and launches beside them: never more than there are slots, and all come to their end", async () => {
  const files = {
    ...suite(["one/a", "one/b", "one/c", "one/d", "two/a", "two/b", "two/c", "two/d"], `${COUNTING}${PASS}`),
    "script.ts": COUNTING,
  };
  using made = project({ ...CONFIG, maxConcurrentProcesses: 2 }, files);
  const { directory } = made;
  const [one, other, ...launches] = await Promise.all([
    isolateJson(directory, ["test", "--jobs", "4", "one/"]),
    isolateJson(directory, ["test", "--jobs", "4", "two/"]),
    ...Array.from({ length: 4 }, () => gateRun(made, ["--wait", "script.ts"])),
  ]);
  const { length } = [...one.files, ...other.files].filter(({ verdict }) => verdict === "passed");
  expect([one.code, other.code, length]).toEqual([0, 0, 8]);
  expect(launches.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(seenIn(made)).toHaveLength(12);
  expect(Math.max(...seenIn(made))).toBe(2);
  expect([slots(), tickets()]).toEqual([[], []]);
}, 120_000);

test("inside of a launch its slot is the run's: nobody waits for itself", async () => {
  using made = project(ONE_SLOT, suite(["a", "b"], PASS));
  const { code, stdout } = await gateRun(made, [scriptPath, "test"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("2 files")]);
});

test("scripts of which each has a run do not wait for each other's", async () => {
  const script = `import { existsSync } from "node:fs";
const [, , number] = process.argv;
await Bun.write(\`up-\${number}\`, "");
while (!["up-1", "up-2"].every((each) => existsSync(each))) await Bun.sleep(20);
const run = Bun.spawn(["sh", ${JSON.stringify(scriptPath)}, "test"], { stdio: ["ignore", "ignore", "ignore"] });
await Bun.write(\`ended-\${number}\`, \`\${await run.exited}\`);\n`;
  const config = { ...ONE_SLOT, gate: { countUngated: true } };
  using made = project(config, { ...suite(["a"], COUNTING + PASS), "script.ts": script });
  const { directory, env } = made;
  const before = living();
  // away from this process: below it they would be of its own job, which counts for nothing
  for (const number of ["1", "2"])
    Bun.spawn(["setsid", "--fork", process.execPath, "script.ts", number], {
      cwd: directory,
      env: { ...process.env, ...env },
    });
  const ended = ["ended-1", "ended-2"].map((name) => join(directory, name));
  const codes = () => ended.map((path) => (existsSync(path) ? readFileSync(path, "utf8") : ""));
  try {
    await until(() => !codes().includes(""), 60_000);
    expect(codes()).toEqual(["0", "0"]);
    expect(seenIn(made)).toEqual([1, 1]);
  } finally {
    killAll([...living()].filter((pid) => !before.has(pid)));
  }
}, 90_000);

test("a full gate is said in words, and waited for; there are two ways around it", async () => {
  using made = project(ONE_SLOT, suite(["a"], PASS));
  await whileHeld(made, async () => {
    expect((await isolate(made.directory, ["test", "--no-gate"])).code).toBe(0);
    expect((await isolate(made.directory, ["test"], { BUN_WRAPPER_BYPASS: "1" })).code).toBe(0);
    const child = startIsolate(made.directory, ["test"]);
    const reader = child.stderr.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toMatch(
      /^waiting for a slot: 1 of 1 taken: bun holder\.ts \(pid \d+\)\. --no-gate waits for none\.\n$/u,
    );
    writeFileSync(join(made.directory, "done"), "");
    expect(await child.exited).toBe(0);
  });
});

test("Ctrl-C while it waits: its code, and no ticket is left", async () => {
  using made = project(ONE_SLOT, suite(["a"], PASS));
  await whileHeld(made, async () => {
    const child = startIsolate(made.directory, ["test", "--json"]);
    expect(await until(() => tickets().length === 1, 20_000)).toBe(true);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(JSON.parse(await child.stdout.text())).toMatchObject({
      ok: false,
      files: [],
      notRun: ["a.test.ts"],
    });
    expect(tickets()).toEqual([]);
  });
});

test("what a runner that was killed has in its slots is ended by the next one, which gets them", async () => {
  using made = project(ONE_SLOT, { ...suite(["a"], FOREVER), ...suite(["b"], PASS) });
  const before = living();
  const child = startIsolate(made.directory, ["test", "./a.test.ts"]);
  expect(await until(() => existsSync(join(made.directory, "up")), 20_000)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
  expect(slots()).toHaveLength(1);
  expect((await isolateJson(made.directory, ["test", "./b.test.ts"])).code).toBe(0);
  expect(slots()).toEqual([]);
  expect(await leftSince(before)).toEqual([]);
});

test("more runs inside each other than gate.maxDepth are refused", async () => {
  const inner = `import { expect, test } from "bun:test";
test("runs itself", () => {
  const { exitCode, stderr } = Bun.spawnSync(["sh", ${JSON.stringify(scriptPath)}, "test"]);
  require("node:fs").appendFileSync("said", \`\${stderr}\`);
  expect(exitCode).toBe(0);
}, 60_000);\n`;
  using made = project({ ...CONFIG, gate: { maxDepth: 1 } }, suite(["a"], inner));
  expect((await isolateJson(made.directory, ["test"])).code).toBe(1);
  expect(readFileSync(join(made.directory, "said"), "utf8")).toContain("gate.maxDepth is 1");
});

test("a program of somebody's own takes slots where it asks for them", async () => {
  using made = project(ONE_SLOT, { "script.ts": COUNTING });
  const { directory } = made;
  const command = [process.execPath, "script.ts"];
  const env = { ...process.env, ...made.env };
  const run = () => runIsolated({ command, cwd: directory, env, counts: true });
  const ends = await Promise.all([run(), run(), run()]);
  expect(ends.map(({ ending }) => ending)).toEqual(ends.map(() => ({ how: "exited", code: 0 })));
  expect(seenIn(made)).toEqual([1, 1, 1]);
});
