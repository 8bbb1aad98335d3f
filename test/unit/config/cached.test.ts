/** Settings that are kept from one launch to the next stand for as long as nothing that was asked has changed. */
import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { launchSettings, type LaunchFiles } from "../../../src/config/cached.ts";
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
  return { written, grace, writes: () => writes };
}

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
