/** On a system that is not Linux, what launches says so in a sentence, before anything of Linux is loaded. */
import { expect, test } from "bun:test";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dir, "../..");
const AS_DARWIN = join(repository, "test/fixtures/other-system/as-darwin.ts");
const SENTENCE = /^error: bun-watchdog cannot hold a program .* on darwin.* Run it on Linux.*\n$/u;

async function run(...argv: readonly string[]): Promise<{ said: string; errors: string; code: number }> {
  const child = Bun.spawn([process.execPath, "--preload", AS_DARWIN, ...argv], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { said, errors, code };
}

test.each([
  ["bunctl", ["status"], 1],
  ["bunctl", ["daemon", "run"], 1],
  ["bun-wrapper", ["run", "x.ts"], 125],
])("%s %p", async (script, words, code) => {
  expect(await run(join(repository, `scripts/${script}.ts`), ...words)).toEqual({
    said: "",
    errors: expect.stringMatching(SENTENCE),
    code,
  });
});

test("createSupervisor rejects with a code", async () => {
  const index = join(repository, "src/supervisor/index.ts");
  const script = `import { createSupervisor } from "${index}"; await createSupervisor().catch(({ code }) => console.log(code))`;
  expect(await run("-e", script)).toEqual({ said: "UNSUPPORTED_PLATFORM\n", errors: "", code: 0 });
});

test("canary: what is loaded on Linux would be noticed", async () => {
  expect(
    (await run("-e", `await import("${join(repository, "src/supervisor/create.ts")}")`)).errors,
  ).toContain("was loaded");
});
