/** The programs in examples/ do what they say. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { place } from "../../support/isolate.ts";
import { repository } from "../../support/launch.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const example = (name: string, ...args: readonly string[]): Promise<string> => exampleEnds(0, name, ...args);

async function exampleEnds(exitCode: number, name: string, ...args: readonly string[]): Promise<string> {
  const before = living();
  const child = Bun.spawn([process.execPath, "run", join(repository, "examples", name), ...args], {
    env: { ...process.env, PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said, code] = await Promise.all([child.stdout.text(), child.exited]);
  expect(code).toBe(exitCode);
  expect(await leftSince(before)).toEqual([]);
  return said;
}

test("a benchmark in a process of its own", async () => {
  expect(await example("benchmark-in-a-process.ts")).toMatch(
    /^Profile Query \(single\): [\d.]+ ms, target (?:met|missed)\n$/,
  );
});

const source = (body: string): string => `import { test } from "bun:test";\ntest("a", () => { ${body} });\n`;

test("tests side by side", async () => {
  await withTemporary(async (folder) => {
    place(folder, { "a.test.ts": source(""), "b.test.ts": source("process.exit(3);") });
    const said = await example("tests-side-by-side.ts", join(folder, "a.test.ts"), join(folder, "b.test.ts"));
    expect(said).toMatch(/^passed {2}\S+\/a\.test\.ts/m);
    expect(said).toMatch(/^failed {2}\S+\/b\.test\.ts/m);
  });
});

test("a timeout", async () => {
  expect(await example("timeout.ts")).toBe("ended by timeout; processes that were ended: 2; alive: 0\n");
});

test("resources", async () => {
  const [, memory] = /memory (\d+) MB/.exec(await example("resources.ts")) ?? [];
  expect(Number(memory)).toBeGreaterThan(95);
  expect(Number(memory)).toBeLessThan(512);
});

test("a program and its own runtime", async () => {
  const said = await exampleEnds(143, "own-runtime.ts");
  expect(said).toMatch(/^heap [\d.]+ MB, resident [\d.]+ MB, 0 collections$/m);
  expect(said).toMatch(/^a collection took [\d.]+ ms and freed -?[\d.]+ MB$/m);
  expect(said).toMatch(/^strlen\("bun-watchdog"\) = 12, \d+ ns$/m);
  expect(said).toMatch(/^Bun\.allocUnsafe of 1 MB, fresh, filled: [\d.]+ µs$/m);
  expect(said.endsWith("cleaned up because of SIGTERM\n")).toBe(true);
});
