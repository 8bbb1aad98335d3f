/** Becoming another program: it must be the same process, and nothing may be lost on the way. */
import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { Errno } from "../../src/os/linux/ffi.ts";
import { execve } from "../../src/os/linux/start/exec.ts";

const module = join(resolve(import.meta.dir, "../.."), "src/os/linux/start/exec.ts");

async function run(code: string): Promise<{ pid: number; text: string; exitCode: number }> {
  const source = `import { execve } from ${JSON.stringify(module)}; ${code}`;
  const child = Bun.spawn([process.execPath, "-e", source], { stdin: "ignore", stdout: "pipe" });
  const [text, exitCode] = await Promise.all([child.stdout.text(), child.exited]);
  return { pid: child.pid, text, exitCode };
}

test("pid, standard output, arguments and environment arrive", async () => {
  const { pid, text, exitCode } = await run(`
    console.log("before");
    execve("/bin/sh", ["a name", "-c", 'echo "$$|$0|$1|$GIVEN|$ABSENT"; exit 7', "zero", "ünï çode"],
      { GIVEN: "two\\nlines", ABSENT: undefined });
  `);
  expect(text).toBe(`before\n${pid}|zero|ünï çode|two\nlines|\n`);
  expect(exitCode).toBe(7);
});

test("nothing happens where there is no such program", () => {
  expect(execve("/nowhere/at/all", ["x"], {})).toBe(-Errno.ENOENT);
});
