/** When the monitor asks for the maintenance, and what it says of it. Clocks are numbers here. */
import { beforeEach, expect, test } from "bun:test";
import type { RoundJson } from "../../../src/upkeep/run.ts";
import { inWords } from "../../../src/upkeep/text.ts";
import { openMaintenance, parseRound } from "../../../src/upkeep/companion.ts";
import { DEFAULTS } from "../../../src/config/schema/defaults.ts";
import type { Loaded } from "../../../src/config/load.ts";
import { toPolicy } from "../../../src/config/schema/policy.ts";
import type { EventBody } from "../../../src/core/plan/event.ts";

const DAY = 86_400_000;
const loadedWith = (maintenance: Loaded["settings"]["maintenance"]): Loaded => ({
  settings: { ...DEFAULTS, maintenance },
  policy: toPolicy(DEFAULTS, { projectRoot: "/", home: "/" }),
  path: null,
  files: [],
  projectRoot: "/",
  logDirectory: "/",
  sources: new Map(),
  warnings: [],
  options: { cwd: "/", env: {}, uid: null, home: "/" },
});

let wallMs = 0;
let monotonicMs = 0;
let asked = 0;
let answer: RoundJson | string = "";
let told: EventBody[] = [];
let companion: ReturnType<typeof openMaintenance>;

const round = (parts: Partial<RoundJson> = {}): RoundJson => ({
  schemaVersion: 1,
  ran: [],
  failed: [],
  problems: [],
  busy: false,
  nextMs: null,
  ...parts,
});

function open(maintenance = DEFAULTS.maintenance): void {
  const clock = { wallMs: () => wallMs, monotonicMs: () => monotonicMs, sleep: async () => undefined };
  companion = openMaintenance(
    {
      loaded: loadedWith(maintenance),
      clock,
      alertPids: new Set<number>(),
      tell: (event) => told.push(event),
    },
    async () => {
      asked++;
      return answer;
    },
  );
}

/** Both clocks go on; then a look. */
async function after(ms: number): Promise<void> {
  wallMs += ms;
  monotonicMs += ms;
  companion.onLook();
  // the answer comes in later turns
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  wallMs = 1_000 * DAY;
  monotonicMs = 0;
  asked = 0;
  told = [];
  answer = round({ nextMs: 1_001 * DAY });
  open();
});

test("not at the start, then once, then when the wall clock is there", async () => {
  await after(0);
  expect(asked).toBe(0);
  await after(10_000);
  expect(asked).toBe(1);
  for (let look = 0; look < 1_000; look++) await after(10_000);
  expect(asked).toBe(1);
  await after(DAY);
  expect(asked).toBe(2);
});

test("an answer that never comes is not asked for again", async () => {
  const { promise, resolve } = Promise.withResolvers<RoundJson>();
  companion = openMaintenance(
    {
      loaded: loadedWith(DEFAULTS.maintenance),
      alertPids: new Set<number>(),
      clock: { wallMs: () => wallMs, monotonicMs: () => monotonicMs, sleep: async () => undefined },
      tell: () => undefined,
    },
    () => {
      asked++;
      return promise;
    },
  );
  for (let look = 0; look < 100; look++) await after(DAY);
  expect(asked).toBe(1);
  resolve(round({ nextMs: wallMs }));
  await after(0);
  await after(1_000);
  expect(asked).toBe(2);
});

test("a clock that is set, in either direction, asks; a machine that slept too", async () => {
  await after(10_000);
  for (const jumpMs of [3_600_000, -3_600_000, 90 * DAY, -180 * DAY]) {
    answer = round({ nextMs: wallMs + jumpMs + DAY });
    wallMs += jumpMs;
    await after(1_000);
  }
  expect(asked).toBe(5);
  // small corrections are everyday
  wallMs += 500;
  await after(10_000);
  expect(asked).toBe(5);
});

test("what was done is an event; a task that is due each second is not asked for more often", async () => {
  answer = round({ ran: [{ task: "daily", slotMs: 1, text: "2 stopped" }], nextMs: 0 });
  await after(10_000);
  expect(told).toEqual([{ type: "maintenance", task: "daily", text: "2 stopped" }]);
  for (let look = 0; look < 100; look++) await after(100);
  expect(asked).toBeLessThanOrEqual(11);
  expect(asked).toBeGreaterThan(5);
});

test("trouble is said once, tried again less and less often, and said anew when it comes back", async () => {
  answer = "the process for it cannot be started: ENOMEM";
  await after(10_000);
  for (let minute = 0; minute < 24 * 60; minute++) await after(60_000);
  expect(told).toEqual([{ type: "trouble", what: `maintenance: ${answer}` }]);
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(40);
  answer = round({ nextMs: wallMs });
  await after(3_600_000);
  answer = round({ failed: [{ task: "weekly", why: "no space" }] });
  await after(1_000);
  await after(60_000);
  expect(told.slice(1)).toEqual([
    { type: "trouble", what: "weekly maintenance: no space; it is tried again" },
  ]);
});

test("a busy one is silent and comes again", async () => {
  answer = round({ busy: true });
  await after(10_000);
  await after(60_000);
  expect(asked).toBe(2);
  expect(told).toEqual([]);
});

test("without a schedule nothing is asked; a new one in the configuration is", async () => {
  open({ daily: null, weekly: null, monthly: null });
  await after(10_000);
  await after(DAY);
  expect(asked).toBe(0);
  companion.onConfig(loadedWith(DEFAULTS.maintenance));
  await after(10_000);
  expect(asked).toBe(1);
});

test("its end stops the process and waits for it", async () => {
  let stopped = false;
  const waiting = openMaintenance(
    {
      loaded: loadedWith(DEFAULTS.maintenance),
      alertPids: new Set<number>(),
      clock: { wallMs: () => wallMs, monotonicMs: () => monotonicMs, sleep: async () => undefined },
      tell: (event) => told.push(event),
    },
    (_, stop) =>
      new Promise((resolve) => {
        stop.addEventListener("abort", () => {
          stopped = true;
          resolve("killed");
        });
      }),
  );
  monotonicMs += 10_000;
  waiting.onLook();
  await waiting[Symbol.asyncDispose]();
  expect(stopped).toBe(true);
  expect(told).toEqual([]);
});

test("what was done just before its end is told", async () => {
  const { promise, resolve } = Promise.withResolvers<RoundJson>();
  const ending = openMaintenance(
    {
      loaded: loadedWith(DEFAULTS.maintenance),
      alertPids: new Set<number>(),
      clock: { wallMs: () => wallMs, monotonicMs: () => monotonicMs, sleep: async () => undefined },
      tell: (event) => told.push(event),
    },
    () => promise,
  );
  monotonicMs += 10_000;
  ending.onLook();
  const ended = ending[Symbol.asyncDispose]();
  resolve(round({ ran: [{ task: "weekly", slotMs: 1, text: "x" }] }));
  await ended;
  expect(told).toEqual([{ type: "maintenance", task: "weekly", text: "x" }]);
});

test.each([
  "",
  "{",
  "[]",
  "null",
  '{"schemaVersion":1,"error":{"code":"CONFIG","message":"x","next":"y"}}',
  '{"schemaVersion":2,"ran":[],"failed":[],"problems":[],"busy":false,"nextMs":null}',
])("%j is no answer", (text) => {
  expect(parseRound(text)).toBeNull();
});

test("an answer is read as it was written", () => {
  const written = round({ ran: [{ task: "monthly", slotMs: 1, text: "x" }], nextMs: 5 });
  expect(parseRound(JSON.stringify(written))).toEqual(written);
});

test.each([
  ["0 6 * * *", "every day at 06:00"],
  ["15 6 * * 1", "every Monday at 06:15"],
  ["30 6 1 * *", "on day 1 of the month at 06:30"],
  ["30 6 1 * 1", "30 6 1 * 1"],
  ["*/5 * * * *", "*/5 * * * *"],
  ["0 0 6 * * *", "0 0 6 * * *"],
])("%s is %s", (expression, words) => {
  expect(inWords(expression)).toBe(words);
});
