/** What a job's end is to whoever started the wrapper. */
import { expect, test } from "bun:test";
import { exitAs, killLines, notStarted } from "../../../src/gate/wrapper/conclude.ts";
import type { JobEnding, JobEnd } from "../../../src/core/slots/job-end.ts";
import type { Outcome } from "../../../src/core/plan/outcome.ts";

const evidence = "ran for 2 s";
test.each<[JobEnding, number, number | null]>([
  [{ how: "exited", code: 0 }, 0, null],
  [{ how: "exited", code: 3 }, 3, null],
  [{ how: "signaled", signal: "SIGTERM" }, 143, 15],
  [{ how: "signaled", signal: "SIGSEGV" }, 139, 11],
  [{ how: "timeout", limitMs: 1, evidence }, 124, null],
  [{ how: "memory", by: "kernel", limitBytes: 1, evidence }, 137, null],
  [{ how: "cpu", limitPercent: 1, evidence }, 137, null],
  [{ how: "stopped", evidence }, 125, null],
])("%j exits with %i, by signal %p", (ending, code, signal) => {
  expect(exitAs(ending)).toEqual({ code, signal });
});

const outcome = (pid: number, result: Outcome): JobEnd["outcomes"][number] => ({
  id: { pid, startTicks: pid, exe: null },
  startTimeMs: 0,
  command: `bun ${pid}.ts`,
  result,
  signals: ["SIGKILL"],
  tookMs: 0,
});

const ended = (end: Partial<JobEnd>): { readonly end: JobEnd } => ({
  end: {
    ending: { how: "exited", code: 0 },
    root: { code: 0, signal: null },
    tookMs: 2_000,
    peakMemoryBytes: null,
    cpuMs: null,
    outcomes: [],
    survivors: [],
    kept: [],
    ...end,
  },
});

test("what was ended is counted, what lives on is named, and one that became another program is not counted twice", () => {
  const [first, ...rest] = killLines(
    { command: "bun x" },
    ended({
      ending: { how: "timeout", limitMs: 1, evidence },
      outcomes: [
        outcome(20, { outcome: "gone" }),
        outcome(21, { outcome: "survived" }),
        outcome(22, { outcome: "identity-changed" }),
      ],
      survivors: [outcome(21, { outcome: "survived" })],
    }),
  );
  expect(first).toBe(`"bun x" ${evidence}: killed 1 process of it and not all, 2 s after its start`);
  expect(rest).toEqual(["still alive: bun 21.ts (pid 21)"]);
});

test("all of it is said of a job of which nothing is left, whoever killed it", () => {
  const ending = { how: "cpu", limitPercent: 1, evidence } as const;
  const lines = (outcomes: JobEnd["outcomes"]) =>
    killLines({ command: "bun x" }, ended({ ending, outcomes }));
  expect(lines([outcome(20, { outcome: "gone" })])).toEqual([
    `"bun x": ${evidence}: killed all of it (1 process), 2 s after its start`,
  ]);
  expect(lines([])).toEqual([`"bun x": ${evidence}: nothing of it is left, 2 s after its start`]);
});

test("a job that ended by itself and left nothing is not spoken of", () => {
  expect(killLines({ command: "bun x" }, ended({}))).toEqual([]);
});

const request = { argv: ["/no/bun"] };
test.each([
  ["ENOENT", 127],
  ["EACCES", 126],
])("%s: the program was not started, as shells say it", (code, expected) => {
  const error = Object.assign(new Error("x"), { code });
  expect(notStarted(error, request)).toEqual({ kind: "not started", code: expected });
});

test("any other failure to start is one", () => {
  expect(() => notStarted(new Error("a bug"), request)).toThrow("a bug");
});
