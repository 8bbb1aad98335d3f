/** Settings that are kept from one launch to the next stand for as long as nothing that was asked has changed. */
import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { launchSettings, type LaunchFiles } from "../../../src/config/cached.ts";
import type { LaunchPlan } from "../../../src/core/slots/launch-limits.ts";
import type { LoadOptions } from "../../../src/config/load.ts";
import { type Scratch, scratch } from "./scratch.ts";

const KIRO = ".kiro/bun-process-config.json";
const uid = process.getuid?.() ?? null;

/** `written`: by name; a name that is there already was there before. */
function launching(at: Scratch) {
  const written = new Map<string, string>();
  let writes = 0;
  const files: LaunchFiles = {
    exists: existsSync,
    markOf: (path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? "none" : `${stat.ino} ${stat.size} ${stat.ctimeMs}`;
    },
    read: (path) => written.get(path) ?? null,
    write: (path, text) => {
      writes++;
      written.set(path, text);
    },
  };
  const grace = async (options: Partial<LoadOptions> = {}, version = "1"): Promise<number> => {
    const asked = { cwd: at.path("repo"), env: {}, uid, home: at.path("home"), ...options };
    return (await launchSettings(asked, "/run", version, files)).policy.killGraceMs;
  };
  const plan = async (command: readonly string[]): Promise<string> => {
    const asked = { cwd: at.path("repo"), env: {}, uid, home: at.path("home") };
    const { policy, planFor } = await launchSettings(asked, "/run", "1", files);
    const work = async () => ({
      ...PLAN,
      command: `${command.join(" ")} at ${++works} of ${policy.killGraceMs}`,
    });
    return (await planFor(command, work)).command;
  };
  let works = 0;
  return { written, grace, plan, writes: () => writes };
}

const PLAN: LaunchPlan = {
  command: "",
  limits: { timeoutMs: 1, memoryBytes: null, cpu: null },
  sparing: true,
  takesSlot: true,
};

const made = () => scratch({ [`repo/${KIRO}`]: { killGraceMs: 1 }, "home/x": "" });

test("they are worked out once", async () => {
  using at = made();
  const { grace, writes } = launching(at);
  expect([await grace(), await grace(), writes()]).toEqual([1, 1, 1]);
});

test("a file that is another, or that is there by now, is read", async () => {
  using at = made();
  const { grace } = launching(at);
  await grace();
  at.write(`repo/${KIRO}`, { killGraceMs: 22 });
  expect(await grace()).toBe(22);
  at.write("home/.config/bun-watchdog/config.json", { protect: ["x"], killGraceMs: 333 });
  at.write(`repo/${KIRO}`, {});
  expect(await grace()).toBe(333);
});

test("a variable of ours asks for others; where the job runs already does not", async () => {
  using at = made();
  const { grace, writes } = launching(at);
  await grace();
  expect(await grace({ env: { BUN_WATCHDOG_KILL_GRACE_MS: "55" } })).toBe(55);
  expect(await grace({ env: { BUN_WATCHDOG_JOB: "abc", BUN_WATCHDOG_DEPTH: "1", PATH: "/bin" } })).toBe(1);
  expect(writes()).toBe(2);
});

test("another version's, another question's and what is no text of ours are worked out anew", async () => {
  using at = made();
  const { grace, written, writes } = launching(at);
  await grace();
  await grace({}, "2");
  expect(writes()).toBe(2);
  const [path = "", text = ""] = [...written][0] ?? [];
  const wrong = text.replace('"killGraceMs":1', '"killGraceMs":9');
  expect(wrong).not.toBe(text);
  // a name is only a hash of what was asked
  written.set(path, wrong.replace(/"asked":"(?:[^"\\]|\\.)*"/u, '"asked":"something else"'));
  expect(await grace({}, "2")).toBe(1);
  written.set(path, text.slice(0, 40));
  expect(await grace({}, "2")).toBe(1);
});

test("a command's plan is worked out once, and anew when a file is another", async () => {
  using at = made();
  const { plan, written } = launching(at);
  expect(await plan(["dev"])).toBe("dev at 1 of 1");
  expect(await plan(["secret"])).toBe("secret at 2 of 1");
  expect(await plan(["dev"])).toBe("dev at 1 of 1");
  expect([...written.values()].join("")).not.toContain('["secret"]');
  at.write(`repo/${KIRO}`, { killGraceMs: 22 });
  expect(await plan(["dev"])).toBe("dev at 3 of 22");
});

test("as many plans are kept as there is room for, the latest", async () => {
  using at = made();
  const { plan } = launching(at);
  for (let n = 1; n <= 9; n++) await plan([String(n)]);
  expect(await plan(["2"])).toBe("2 at 2 of 1");
  expect(await plan(["1"])).toBe("1 at 10 of 1");
});
