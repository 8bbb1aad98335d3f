/** What `npm test` promises: a test file cannot reach the processes of the machine it runs on. */
import { expect } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { insideNamespace, runInNamespace } from "../support/namespace.ts";
import { pidNamespace, type Part, needs } from "../support/skip.ts";

const runner: Part = {
  name: "test runner",
  missing: () => (process.env["BUN_WATCHDOG_TEST_SEED"] === undefined ? "run it with npm test" : null),
};
const pids = (): readonly number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);

needs(runner, pidNamespace)("a test file sees only itself and what it starts", () => {
  expect(insideNamespace()).toBe(true);
  // unshare's child is pid 1: the shell that waits for bun test
  expect(Math.max(...pids())).toBeLessThan(1_000);
  expect(pids()).toContain(1);
  expect(Number(process.env["BUN_WATCHDOG_TEST_SEED"])).toBeGreaterThanOrEqual(0);
});

needs(pidNamespace)("what is started in a namespace sees neither us nor our PID namespace", async () => {
  const program = `
    const { readdirSync, readlinkSync } = await import("node:fs");
    const left = Bun.spawn(["setsid", "sleep", "600"], { stdio: ["ignore", "ignore", "ignore"] });
    const pids = readdirSync("/proc").map(Number).filter((pid) => pid > 0);
    console.log(JSON.stringify({ namespace: readlinkSync("/proc/self/ns/pid"), pids, left: left.pid }));
    process.exit(3);`;
  const { exitCode, stdout } = await runInNamespace([process.execPath, "-e", program]);
  expect(exitCode).toBe(3);
  const inside: { namespace: string; pids: number[] } = JSON.parse(stdout);
  expect(inside.namespace).not.toBe(readlinkSync("/proc/self/ns/pid"));
  expect(inside.pids.length).toBeLessThan(6);
});

needs(pidNamespace)(
  "what is written to /tmp in a namespace is neither seen outside nor left behind",
  async () => {
    const name = `bun-watchdog-left-${process.pid}`;
    const program = `
    require("node:fs").writeFileSync("/tmp/${name}", "");
    console.log(require("node:fs").existsSync(require("node:os").tmpdir() + "/${name}"));`;
    const { exitCode, stdout } = await runInNamespace([process.execPath, "-e", program]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "true\n" });
    expect(existsSync(`/tmp/${name}`)).toBe(false);
  },
);

needs(pidNamespace)("a clone below /tmp is there inside, at the same path", async () => {
  const clone = mkdtempSync("/tmp/bun-watchdog-clone-");
  writeFileSync(join(clone, "file"), "");
  const program = `console.log(process.cwd(), require("node:fs").readdirSync(".").join())`;
  try {
    const { stdout } = await runInNamespace([process.execPath, "-e", program], { cwd: clone });
    expect(stdout).toBe(`${clone} file\n`);
  } finally {
    rmSync(clone, { recursive: true });
  }
});
