/** What a job's end is to whoever started the wrapper. */
import { describe, expect, spyOn, test } from "bun:test";
import {
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobEnding } from "../../../src/core/slots/job-end.ts";
import type { GateResult, LaunchRefusal } from "../../../src/gate/run.ts";
import { conclude, notStarted, exitAs, killLines } from "../../../src/gate/wrapper/conclude.ts";
import { type Launch, reportTarget } from "../../../src/gate/wrapper/report.ts";
import { aPolicy } from "../../support/build.ts";
import { REQUEST } from "./house.ts";

const evidence = "a test";

test.each<[JobEnding, number, number | null]>([
  [{ how: "exited", code: 0 }, 0, null],
  [{ how: "exited", code: 7 }, 7, null],
  [{ how: "signaled", signal: "SIGTERM" }, 143, 15],
  [{ how: "signaled", signal: "SIGSEGV" }, 139, 11],
  [{ how: "signaled", signal: "34" }, 162, 34],
  [{ how: "timeout", limitMs: 1, evidence }, 124, null],
  [{ how: "memory", by: "kernel", limitBytes: 1, evidence }, 137, null],
  [{ how: "cpu", limitPercent: 80, evidence }, 137, null],
  [{ how: "stopped", evidence }, 125, null],
])("%j", (ending, code, signal) => expect(exitAs(ending)).toEqual({ code, signal }));

const quietly = async <T>(
  act: () => T | Promise<T>,
): Promise<{ readonly value: T; readonly said: string }> => {
  const said: unknown[] = [];
  const spy = spyOn(console, "error").mockImplementation((...words: unknown[]) => void said.push(...words));
  try {
    return { value: await act(), said: said.join("\n") };
  } finally {
    spy.mockRestore();
  }
};

const launchedWith = (report: Launch["report"]): Launch => ({
  request: REQUEST,
  settings: {
    policy: aPolicy(),
    gate: { maxSlots: null, maxDepth: 8, waitMs: 0, memoryMB: null, countUngated: true },
    projectRoot: "/project",
    warnings: [],
  },
  report,
});

const ENDED: Extract<GateResult, { kind: "ended" }> = {
  kind: "ended",
  jobId: "1-2-3-4",
  facts: { promise: "", memory: "none", whyNot: null, caps: [] },
  waitedMs: 0,
  within: null,
  takesSlot: true,
  end: {
    ending: { how: "exited", code: 7 },
    root: { code: 7, signal: null },
    tookMs: 1_000,
    peakMemoryBytes: null,
    cpuMs: null,
    outcomes: [],
    survivors: [{ id: { pid: 61, startTicks: 1, exe: null }, command: "bun deaf.ts" }],
    kept: [],
  },
};

describe("what was not started", () => {
  test.each([
    ["ENOENT", 127, "it is not there"],
    ["EACCES", 126, "it may not be executed"],
  ])("%s", async (code, exit, words) => {
    const { value, said } = await quietly(() =>
      notStarted(Object.assign(new Error(code), { code }), REQUEST),
    );
    expect(value).toEqual({ kind: "not started", code: exit });
    expect(said).toContain(words);
  });

  test("anything else is a failure of our own", () => {
    expect(() => notStarted(new Error("a bug"), REQUEST)).toThrow("a bug");
  });

  test("a refusal is 75, and says who holds the slots", async () => {
    const refusal: LaunchRefusal = {
      why: "full",
      seen: { limit: 3, held: 3, ungated: 0, ahead: 0 },
      holdings: [],
      ungated: [],
      ahead: [],
    };
    const { value, said } = await quietly(() =>
      conclude(launchedWith(null), { kind: "refused", refusal, waitedMs: 0 }),
    );
    expect(value).toBe(75);
    expect(said).toContain('refused "bun work.ts": 3 of 3 slots taken');
  });
});

const fullDisk = (): never => {
  throw new Error("ENOSPC");
};

test("a report that cannot be written is said, and changes no exit code", async () => {
  const { value, said } = await quietly(() => conclude(launchedWith({ write: fullDisk }), ENDED));
  expect(value).toBe(7);
  expect(said).toContain("The report cannot be written: ENOSPC");
});

test("who survives is named", () => {
  const [line] = killLines(REQUEST, ENDED);
  expect(line).toContain("still alive: ");
  expect(line).toContain("61");
});

const scratch = (): string => mkdtempSync(join(tmpdir(), "bun-watchdog-report-"));

describe("a report", () => {
  test("takes the place of a file, whole", () => {
    const path = join(scratch(), "report.json");
    writeFileSync(path, "old and longer");
    reportTarget(path).write("new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(join(path, ".."))).toEqual(["report.json"]);
  });

  test("goes through a link, which stays one", () => {
    const directory = scratch();
    const [to, link] = [join(directory, "to"), join(directory, "link")];
    writeFileSync(to, "old and longer");
    symlinkSync(to, link);
    reportTarget(link).write("new");
    expect([readFileSync(to, "utf8"), lstatSync(link).isSymbolicLink()]).toEqual(["new", true]);
  });

  test("into a descriptor is written on from where that stands, also when it is closed meanwhile", () => {
    const path = join(scratch(), "log");
    const fd = openSync(path, "a");
    writeFileSync(fd, "before\n");
    reportTarget(`/dev/fd/${fd}`).write("after\n");
    expect(readFileSync(path, "utf8")).toBe("before\nafter\n");
  });

  test("that has no place, or finds no room, leaves the old one and no draft", () => {
    const directory = scratch();
    const target = reportTarget(join(directory, "missing", "report.json"));
    expect(() => target.write("new")).toThrow("ENOENT");
    const path = join(directory, "report.json");
    writeFileSync(path, "old");
    const module = join(import.meta.dir, "../../../src/gate/wrapper/report.ts");
    const program = `(await import(${JSON.stringify(module)})).reportTarget(${JSON.stringify(path)}).write("x".repeat(100_000))`;
    const limit = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    const { stderr } = Bun.spawnSync(["sh", "-c", limit, "sh", process.execPath, "-e", program], {
      stderr: "pipe",
    });
    expect(stderr.toString()).toContain("EFBIG");
    expect([readdirSync(directory), readFileSync(path, "utf8")]).toEqual([["report.json"], "old"]);
  });
});
