import { expect, test } from "bun:test";
import type { RestartPolicy } from "../../../../src/core/app/app-spec.ts";
import { exitWords } from "../../../../src/core/app/exit-words.ts";
import { judgeExit, waitWords, type EndedRun } from "../../../../src/core/app/judge-exit.ts";

const POLICY: RestartPolicy = {
  when: "always",
  stopExitCodes: [],
  minUptimeMs: 1_000,
  budget: 3,
  fixedDelayMs: null,
  backoff: { firstMs: 100, capMs: 1_000 },
};
const RUN: EndedRun = { reason: "exited", code: 1, upMs: 10, unstable: 0 };

const cases: readonly (readonly [
  title: string,
  run: Partial<EndedRun>,
  policy: Partial<RestartPolicy>,
  random: number,
  verdict: string,
])[] = [
  ["the first failure costs no wait", {}, {}, 0.9, "again 1"],
  ["the second one waits, with full jitter", { unstable: 1 }, {}, 0.9, "later 2 90"],
  ["which may be none at all", { unstable: 1 }, {}, 0, "again 2"],
  ["the wait doubles", { unstable: 2 }, {}, 0.5, "later 3 100"],
  ["up to the cap", { unstable: 8 }, { budget: 100 }, 0.5, "later 9 500"],
  ["who was up has never failed", { unstable: 3, upMs: 1_000 }, {}, 0.5, "again 0"],
  [
    "who never got ready was not up",
    { reason: "not-ready", upMs: 60_000, unstable: 1 },
    {},
    0.5,
    "later 2 50",
  ],
  ["a spent budget: slow retry", { unstable: 3 }, {}, 0, "slowly 4 30000"],
  ["which grows", { unstable: 5 }, {}, 0, "slowly 6 120000"],
  ["to a quarter of an hour", { unstable: 500 }, {}, 1, "slowly 501 900000"],
  ["a fixed delay, for who was up too", { upMs: 5_000 }, { fixedDelayMs: 700 }, 0.5, "later 0 700"],
  ["no fixed delay is none", { unstable: 2 }, { fixedDelayMs: 0 }, 0.5, "again 3"],
  [
    "a slow retry is no shorter than the fixed delay",
    { unstable: 3 },
    { fixedDelayMs: 99_000 },
    0,
    "slowly 4 99000",
  ],
  ["policy no", { upMs: 5_000 }, { when: "no" }, 0.5, "never 0"],
  ["policy no, killed", { reason: "signal", code: null }, { when: "no" }, 0.5, "never 1"],
  ["on failure, it was one", {}, { when: "on-failure" }, 0.5, "again 1"],
  ["on failure, it was none", { code: 0 }, { when: "on-failure" }, 0.5, "never 1"],
  ["on failure, a signal is one", { reason: "signal", code: null }, { when: "on-failure" }, 0.5, "again 1"],
  [
    "on failure, what nobody saw is one",
    { reason: "unknown", code: null },
    { when: "on-failure" },
    0.5,
    "again 1",
  ],
  [
    "on failure, a memory limit is one",
    { reason: "oom", code: null },
    { when: "on-failure" },
    0.5,
    "again 1",
  ],
  ["always: 0 too", { code: 0 }, {}, 0.5, "again 1"],
  ["a code after which it stays down", { code: 3 }, { stopExitCodes: [0, 3] }, 0.5, "never 1"],
  ["another one", { code: 4 }, { stopExitCodes: [0, 3] }, 0.5, "again 1"],
  ["cannot be started", { reason: "spawn-failed", code: null, upMs: 0 }, {}, 0.5, "later 1 100"],
  [
    "cannot be started, and never was up",
    { reason: "spawn-failed", code: null, upMs: 0, unstable: 2 },
    { minUptimeMs: 0, fixedDelayMs: 0 },
    0.5,
    "later 3 100",
  ],
];

for (const [title, run, policy, random, expected] of cases)
  test(`after an exit: ${title}`, () => {
    const judged = judgeExit({ ...RUN, ...run }, { ...POLICY, ...policy }, random);
    const delay = "delayMs" in judged ? ` ${judged.delayMs}` : "";
    expect(`${judged.verdict} ${judged.unstable}${delay}`).toBe(expected);
  });

test("a wait in words", () => {
  expect(waitWords("later", { unstable: 2, delayMs: 90 }, POLICY)).toBe(
    "starts again in 90 ms (2 failures in a row, 3 allowed)",
  );
  expect(waitWords("later", { unstable: 0, delayMs: 5_000 }, POLICY)).toBe("starts again in 5 s");
  expect(waitWords("slowly", { unstable: 4, delayMs: 60_000 }, POLICY)).toBe(
    "has used up its restarts (4 failures in a row), and is tried again in 60 s",
  );
});

test("an exit in words", () => {
  const limits = { memoryBytes: 209_715_200, cpuPercent: 50, threads: null };
  const facts = { code: null, signal: null, tookMs: 3_000, limits, cause: null };
  expect(exitWords({ ...facts, reason: "exited", code: 1 })).toBe("ended by itself with code 1 after 3 s");
  expect(exitWords({ ...facts, reason: "signal", signal: "SIGSEGV" })).toBe("ended by SIGSEGV after 3 s");
  expect(exitWords({ ...facts, reason: "oom" })).toBe(
    "killed after 3 s: it needed more than its memory limit (200 MB)",
  );
  expect(exitWords({ ...facts, reason: "cpu-limit" })).toBe(
    "killed after 3 s: it used more than its CPU limit (50 % of a core)",
  );
  expect(exitWords({ ...facts, reason: "not-ready", cause: "it was not ready within 3 s" })).toBe(
    "stopped after 3 s: it was not ready within 3 s",
  );
  expect(exitWords({ ...facts, reason: "spawn-failed", cause: "ENOENT: no bunx" })).toBe(
    "could not be started: ENOENT: no bunx",
  );
  expect(exitWords({ ...facts, reason: "stopped" })).toBe("stopped after 3 s");
  expect(exitWords({ ...facts, reason: "unknown" })).toBe(
    "ended, and nobody knows how: the manager that had started it was gone",
  );
});
