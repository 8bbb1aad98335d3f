/** One command in a process of its own: its output, its limits, and that nothing of it is left. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { runIsolated } from "../../../src/runner/isolated.ts";
import { living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();
const MB = 1_024 ** 2;
const SPIN = [process.execPath, "-e", "for (;;);"];

describe("what a command says", () => {
  test("it gets its input, and its streams are told apart", async () => {
    const end = await runIsolated({ command: ["sh", "-c", "cat; echo no >&2; exit 3"], stdin: "yes" });
    expect(end.stdout).toEqual({ text: "yes", droppedBytes: 0 });
    expect(end.stderr).toEqual({ text: "no\n", droppedBytes: 0 });
    expect(end.ending).toEqual({ how: "exited", code: 3 });
  });

  test("an input that it does not read ends nothing", async () => {
    const end = await runIsolated({ command: ["true"], stdin: new Uint8Array(10 * MB) });
    expect(end.ending).toEqual({ how: "exited", code: 0 });
  });

  test("of a flood the beginning and the end are kept, and the rest is counted", async () => {
    let seen = 0;
    const flood = "echo first; head -c 50000000 /dev/zero; echo last";
    const end = await runIsolated({
      command: ["sh", "-c", flood],
      keepBytes: 1_000,
      onStdout: (bytes) => (seen += bytes.length),
    });
    expect(seen).toBe(50_000_011);
    expect(end.stdout.text).toMatch(/^first\n/);
    expect(end.stdout.text).toMatch(/last\n$/);
    expect(end.stdout.droppedBytes).toBe(50_000_011 - 1_000);
  });
});

describe("a limit that is none", () => {
  test.each([
    [{ timeoutMs: 0 }, "timeoutMs is 0. It takes a number over 0, or null for no limit."],
    [{ timeoutMs: -1 }, "timeoutMs is -1."],
    [{ timeoutMs: Number.NaN }, "timeoutMs is NaN."],
    [{ timeoutMs: Infinity }, "timeoutMs is Infinity."],
    [{ memoryBytes: 0 }, "memoryBytes is 0."],
    [{ graceMs: -1 }, "graceMs is -1. It takes a number, 0 or more."],
    [{ keepBytes: Number.NaN }, "keepBytes is NaN."],
  ])("%p is refused, and nothing starts", async (limit, says) => {
    await withTemporary(async (folder) => {
      const command = ["touch", `${folder}/started`];
      const failure = await runIsolated({ command, ...limit }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(RangeError);
      expect(String(failure)).toContain(says);
      expect(existsSync(`${folder}/started`)).toBe(false);
    });
  });
});

describe("how it ends", () => {
  test("a command that cannot be found", async () => {
    const failure = await runIsolated({ command: ["/no/such/program"] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "ENOENT" });
  });

  test("a loop that never waits, at its timeout", async () => {
    const end = await runIsolated({ command: SPIN, timeoutMs: 300 });
    expect(end.ending).toMatchObject({ how: "timeout", limitMs: 300 });
    expect(end.survivors).toEqual([]);
  });

  test("a leak, at its limit", async () => {
    const leak = "const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));";
    const end = await runIsolated({ command: [process.execPath, "-e", leak], memoryBytes: 200 * MB });
    expect(end.ending).toMatchObject({ how: "memory", limitBytes: 200 * MB });
  });

  test("whoever had it run changes their mind", async () => {
    const stop = new AbortController();
    const end = await runIsolated({
      command: [process.execPath, "-e", "console.log(1); for (;;);"],
      signal: stop.signal,
      onStdout: () => stop.abort(),
    });
    expect(end.ending.how).toBe("stopped");
  });

  test("whoever is called with what it writes fails: it is ended, and that is told", async () => {
    let pid = 0;
    const failure = await runIsolated({
      command: ["sh", "-c", "echo $$; exec sleep 1000"],
      onStdout: (bytes) => {
        pid = Number(Buffer.from(bytes).toString());
        throw new Error("no room for it");
      },
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: "no room for it" });
    expect(pid).toBeGreaterThan(0);
    expect(living()).not.toContain(pid);
  });

  test("a process that it leaves behind in a session of its own is named, and dead", async () => {
    await withTemporary(async (folder) => {
      const leave = `setsid sleep 1000 & echo $! > ${folder}/pid`;
      const end = await runIsolated({ command: ["sh", "-c", leave] });
      expect(end.ending).toEqual({ how: "exited", code: 0 });
      const pid = Number(await Bun.file(`${folder}/pid`).text());
      expect(end.outcomes.map(({ id }) => id.pid)).toEqual([pid]);
      expect(living()).not.toContain(pid);
    });
  });
});
