/** What is said where nobody reads waits for nobody, is bounded, and says what it dropped once somebody reads. */
import { expect, test } from "bun:test";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isWritable } from "../../src/os/select.ts";
import { Outlet } from "../../src/record/outlet.ts";
import { until } from "../support/ready.ts";

const LINES = 20_000;
const lost = (lines: number): string => `lost ${lines}`;

test("a pipe: lines are in order, what was dropped is counted, and a write never waits", async () => {
  const directory = mkdtempSync(join(tmpdir(), "outlet-"));
  const path = join(directory, "pipe");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // blocking, as the one that a shell hands on
  const writer = openSync(path, constants.O_WRONLY);
  try {
    const outlet = new Outlet(writer, { lost });
    for (let n = 0; n < LINES; n++) outlet.say(`line ${n} ${"x".repeat(60)}`);
    let text = "";
    const chunk = new Uint8Array(65_536);
    const readOn = (): boolean => {
      try {
        text += new TextDecoder().decode(chunk.subarray(0, readSync(reader, chunk)));
      } catch (error) {
        if (!(error instanceof Error) || !("code" in error) || error.code !== "EAGAIN") throw error;
      }
      return /^lost \d+$/m.test(text);
    };
    expect(await until(readOn, 20_000, 5)).toBe(true);
    const lines = text.trimEnd().split("\n");
    const numbers = lines.flatMap((line) => /^line (\d+) x{60}$/.exec(line)?.[1] ?? []).map(Number);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => n));
    expect(lines.at(-1)).toBe(`lost ${LINES - numbers.length}`);
  } finally {
    closeSync(reader);
    closeSync(writer);
    rmSync(directory, { recursive: true });
  }
});

test("a socket that nobody reads: nothing waits", async () => {
  // Bun hands a socket to a child for "pipe"; this one says more than it holds, and nobody reads before it has ended
  const program = `
    import { Outlet } from ${JSON.stringify(join(import.meta.dir, "../../src/record/outlet.ts"))};
    import { isWritable } from ${JSON.stringify(join(import.meta.dir, "../../src/os/select.ts"))};
    const outlet = new Outlet(1, { isWritable });
    for (let n = 0; n < ${LINES}; n++) outlet.say("line " + n + " ${"x".repeat(60)}");
    await outlet.end(200);
    process.exit(7);
  `;
  const child = Bun.spawn(["python3", "-c", HOLD, process.execPath, "-e", program], { stdout: "pipe" });
  expect(await child.exited).toBe(7);
});

/** Runs a program with a socket for its output that nobody reads. */
const HOLD = `
import socket, subprocess, sys
ours, theirs = socket.socketpair()
sys.exit(subprocess.run(sys.argv[1:], stdout=theirs.fileno()).returncode)
`;

test("a reader that is gone ends it, and a file has everything at once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "outlet-"));
  const path = join(directory, "file");
  const file = openSync(path, "w");
  try {
    const outlet = new Outlet(file);
    outlet.say("one");
    outlet.say("two");
    expect(await Bun.file(path).text()).toBe("one\ntwo\n");
    expect(isWritable(file)).toBe(true);
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
});
