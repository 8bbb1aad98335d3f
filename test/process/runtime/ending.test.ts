/** How a program ends that has a ProcessController handle the events of the process. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { repository } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";

requireNamespace();

const FIXTURE = join(repository, "test/fixtures/program/ending.ts");

interface Ended {
  readonly lines: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | number | null;
}

/** Sends each signal when the line before it is there. */
async function run(
  args: readonly string[],
  ...signals: readonly (readonly [after: string, signal: NodeJS.Signals])[]
): Promise<Ended> {
  const child = Bun.spawn([process.execPath, FIXTURE, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stdout) text += Buffer.from(chunk).toString();
  })();
  try {
    for (const [after, signal] of signals) {
      if (!(await until(() => text.includes(after)))) throw new Error(`never said ${after}: ${text}`);
      child.kill(signal);
    }
    await Promise.all([child.exited, reading]);
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("ready"));
    return { lines, code: child.exitCode, signal: child.signalCode };
  } finally {
    child.kill("SIGKILL");
  }
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: told of, cleaned up, %d", async (signal, code) => {
  expect(await run(["quick"], ["ready", signal])).toEqual({
    lines: [`log ${signal}: the program ends.`, `cleanup ${signal}`, "cleaned"],
    code,
    signal: null,
  });
});

test.each([
  ["throw", "uncaughtException", "Uncaught exception: Error: a fault"],
  ["reject", "unhandledRejection", "Unhandled rejection: Error: a fault"],
  ["reject-nothing", "unhandledRejection", "Unhandled rejection: undefined"],
])("a fault (%s): told of, cleaned up, 1", async (event, cause, told) => {
  expect(await run(["quick", event])).toEqual({
    lines: [`log ${told}`, `cleanup ${cause}`, "cleaned"],
    code: 1,
    signal: null,
  });
});

test.each(["throws", "rejects"])("a clean-up that %s changes no exit code", async (how) => {
  expect(await run([how], ["ready", "SIGTERM"])).toEqual({
    lines: [
      "log SIGTERM: the program ends.",
      "cleanup SIGTERM",
      "log The clean-up failed: Error: no clean-up",
    ],
    code: 143,
    signal: null,
  });
});

test("a clean-up that hangs has its time", async () => {
  const { lines, code } = await run(["hangs", "soon"], ["ready", "SIGTERM"]);
  expect(code).toBe(143);
  expect(lines.at(-1)).toBe("log The clean-up took longer than 500 ms: the program ends without it.");
});

test("another signal does not wait for the clean-up; the first one decides the code", async () => {
  const { lines, code } = await run(["hangs"], ["ready", "SIGTERM"], ["cleanup SIGTERM", "SIGINT"]);
  expect(code).toBe(143);
  expect(lines.at(-1)).toBe("log SIGINT: the program ends at once.");
});

test("a signal that comes twice, from the terminal and from npm, is told of once", async () => {
  expect(await run(["quick", "twice"])).toEqual({
    lines: ["log SIGINT: the program ends.", "cleanup SIGINT", "cleaned"],
    code: 130,
    signal: null,
  });
});

test("a fault in the clean-up is told of, and the clean-up goes on", async () => {
  const { lines, code } = await run(["breaks"], ["ready", "SIGTERM"]);
  expect(lines).toContain("log Uncaught exception: Error: a fault");
  expect(lines.at(-1)).toBe("cleaned");
  expect(code).toBe(143);
});

test("a log that fails holds up nothing", async () => {
  const { lines, code } = await run(["log-fails"], ["ready", "SIGINT"]);
  expect([lines.at(-1), code]).toEqual(["cleaned", 130]);
});

test("after dispose everything is as it was", async () => {
  expect(await run(["taken-back"], ["ready", "SIGTERM"])).toEqual({
    lines: [],
    code: null,
    signal: "SIGTERM",
  });
  const { lines, code } = await run(["taken-back", "throw"]);
  expect([lines, code]).toEqual([[], 1]);
});
