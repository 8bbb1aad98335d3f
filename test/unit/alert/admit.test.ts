import { describe, expect, test } from "bun:test";
import { admitAlert, type Scheduled } from "../../../src/alert/decide/admit.ts";
import { testAlert, type Alert } from "../../../src/core/plan/alert.ts";
import { answerOf, pauseMs, retryAfterMs, type ChannelAnswer } from "../../../src/alert/decide/answer.ts";

const MINUTE = 60_000;
const WINDOW = 10 * MINUTE;
const HOUR = 60 * MINUTE;
const MANY = 1_000;

let number = 0;
const alert = (about: string, reason: Alert["reason"] = "kill"): Alert => ({
  ...testAlert(0),
  id: `${about}-${++number}`,
  reason,
  about,
});

/** One after the other, and what became of each. */
function run(steps: readonly (readonly [atMs: number, alert: Alert])[], maxPerHour = MANY): Scheduled[] {
  let recent: readonly Scheduled[] = [];
  return steps.map(([atMs, each]) => {
    const admitted = admitAlert(recent, each, atMs, maxPerHour);
    recent = admitted.recent;
    return admitted;
  });
}

describe("the same again", () => {
  test("the first goes out at once, what follows within the window is one with a count at its end", () => {
    const [first, ...rest] = run([
      [0, alert("a")],
      [MINUTE, alert("a")],
      [2 * MINUTE, alert("a")],
      [9 * MINUTE, alert("a")],
    ]);
    expect(first).toMatchObject({ dueMs: 0, alert: { repeats: 0 } });
    expect(rest.map(({ dueMs }) => dueMs)).toEqual([WINDOW, WINDOW, WINDOW]);
    expect(rest.map(({ alert: { repeats } }) => repeats)).toEqual([1, 2, 3]);
    expect(new Set(rest.map(({ alert: { id } }) => id)).size).toBe(1);
    expect(rest[0]?.alert.id).not.toBe(first?.alert.id);
  });

  test("what was held opens the next window; without one the next is at once again", () => {
    const held = run([
      [0, alert("a")],
      [MINUTE, alert("a")],
      [WINDOW + MINUTE, alert("a")],
      [3 * WINDOW, alert("a")],
    ]);
    expect(held.map(({ dueMs }) => dueMs)).toEqual([0, WINDOW, 2 * WINDOW, 3 * WINDOW]);
    expect(held.map(({ alert: { repeats } }) => repeats)).toEqual([0, 1, 1, 0]);
    const apart = run([
      [0, alert("a")],
      [WINDOW, alert("a")],
    ]);
    expect(apart.map(({ dueMs }) => dueMs)).toEqual([0, WINDOW]);
    expect(apart[1]?.alert.repeats).toBe(0);
  });

  test("other troubles do not wait for it", () =>
    expect(
      run([
        [0, alert("a")],
        [1, alert("b")],
        [2, alert("a")],
        [3, alert("c")],
      ]).map(({ dueMs }) => dueMs),
    ).toEqual([0, 1, WINDOW, 3]));
});

describe("the hourly limit", () => {
  test("beyond it one stands for all, due when there is room", () => {
    const all = run(
      [...Array(7).keys()].map((n) => [n * MINUTE, alert(`about ${n}`)]),
      3,
    );
    expect(all.map(({ dueMs }) => dueMs)).toEqual([0, MINUTE, 2 * MINUTE, HOUR, HOUR, HOUR, HOUR]);
    expect(all.map(({ alert: { omitted } }) => omitted)).toEqual([0, 0, 0, 0, 1, 2, 3]);
    expect(new Set(all.slice(3).map(({ alert: { id } }) => id)).size).toBe(1);
  });

  test("a survivor is not hidden behind a kill", () => {
    const all = run(
      [
        [0, alert("x")],
        [1, alert("s", "survivor")],
        [2, alert("k")],
      ],
      1,
    );
    expect(all[2]?.alert).toMatchObject({ reason: "survivor", omitted: 1 });
  });

  test("in no hour more go out than the limit, whatever happens", () => {
    const limit = 5;
    let recent: readonly Scheduled[] = [];
    const due = new Map<string, number>();
    for (let atMs = 0; atMs < 12 * HOUR; atMs += 40_000) {
      const admitted = admitAlert(recent, alert(`about ${atMs % 7}`), atMs, limit);
      ({ recent } = admitted);
      due.set(admitted.alert.id, admitted.dueMs);
    }
    const times = [...due.values()].toSorted((a, b) => a - b);
    expect(times.length).toBeGreaterThan(limit * 11);
    for (const from of times)
      expect(times.filter((time) => time >= from && time < from + HOUR).length).toBeLessThanOrEqual(
        limit + 1,
      );
    // what is remembered stays small
    expect(recent.length).toBeLessThanOrEqual(limit + 2);
  });
});

test("a clock that was ahead and is set back holds nothing back", () => {
  const [held] = run(
    [
      [100 * HOUR, alert("a")],
      [100 * HOUR + MINUTE, alert("a")],
      [100 * HOUR + MINUTE, alert("b")],
      [0, alert("a")],
      [0, alert("c")],
    ],
    2,
  ).slice(3);
  expect(held).toMatchObject({ dueMs: 0, alert: { repeats: 0, omitted: 0 } });
  const ahead = { alert: { ...alert("a"), repeats: 2 }, dueMs: 100 * HOUR };
  expect(admitAlert([ahead], alert("a"), 0, 1)).toMatchObject({
    dueMs: 0,
    alert: { repeats: 0 },
  });
});

test("a new process knows what went out, what is held and what is over the limit", () => {
  const first = alert("a");
  const again = { ...alert("a"), repeats: 2 };
  const state: readonly Scheduled[] = [
    { alert: first, dueMs: 0 },
    { alert: again, dueMs: WINDOW },
  ];
  const next = admitAlert(state, alert("a"), 2 * MINUTE, MANY);
  expect(next).toMatchObject({ dueMs: WINDOW, alert: { id: again.id, repeats: 3 } });
  expect(admitAlert(state, alert("b"), 2 * MINUTE, 2).dueMs).toBe(HOUR);
  const over = { alert: { ...alert("z"), omitted: 4 }, dueMs: HOUR };
  const full = [{ alert: first, dueMs: 0 }, over];
  expect(admitAlert(full, alert("b"), MINUTE, 2).alert).toMatchObject({ id: over.alert.id, omitted: 5 });
});

describe("answers", () => {
  test.each<[number, ChannelAnswer["result"]]>([
    [200, "sent"],
    [204, "sent"],
    [301, "refused"],
    [307, "refused"],
    [400, "refused"],
    [403, "refused"],
    [404, "refused"],
    [408, "retry"],
    [410, "refused"],
    [425, "retry"],
    [429, "retry"],
    [500, "retry"],
    [503, "retry"],
  ])("%i is %s", (status, result) => {
    const answer = answerOf(status, null, 0);
    expect(answer.result).toBe(result);
    if (answer.result !== "sent") expect(answer.why).toContain(`HTTP ${status}`);
  });

  test("a refusal says what to do, and the receiver's own word", () =>
    expect(answerOf(404, null, 0, "no_service")).toEqual({
      result: "refused",
      why: "HTTP 404 no_service: there is no such address any more; make a new one",
    }));

  test.each([
    [null, null],
    ["0", 0],
    ["30", 30_000],
    [" 30 ", 30_000],
    ["Thu, 01 Jan 1970 00:02:00 GMT", 60_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", null],
    ["-5", null],
    ["999999999", 24 * HOUR],
  ])("Retry-After %j is %j ms", (text, ms) => expect(retryAfterMs(text, MINUTE)).toBe(ms));

  test.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [5, 8_000, 16_000],
    [11, 300_000, 600_000],
    [1_000_000, 300_000, 600_000],
  ])("the pause after failure %i is between %i and %i ms", (failures, least, most) => {
    expect(pauseMs(failures, 0)).toBe(least);
    expect(pauseMs(failures, 1)).toBe(most);
  });
});
