import { describe, expect, test } from "bun:test";
import type { Motion } from "../../../src/core/judge/history.ts";
import type { Traffic } from "../../../src/core/process/process.ts";
import { progressOf } from "../../../src/core/judge/progress.ts";
import { exchangeBetween, madeNoCalls } from "../../../src/core/judge/traffic.ts";
import { aProcess, NO_TRAFFIC } from "../../support/build.ts";

const traffic = (facts: Partial<Traffic>): Traffic => ({ ...NO_TRAFFIC, ...facts });
const tcp = (...sockets: readonly (readonly [number, number])[]): Traffic =>
  traffic({ tcp: new Map(sockets) });
const thread = (ranMs: number, waits: number): Traffic["threads"] => new Map([[1, { ranMs, waits }]]);
const pair = (threads: Traffic["threads"]): Traffic => traffic({ uncounted: 1, streams: 1, threads });
const served = (threads: Traffic["threads"]): Traffic => traffic({ uncounted: 2, streams: 1, threads });

describe("in 10 s", () => {
  test.each<[string, Traffic | null, Traffic | null, Motion]>([
    ["answers over a connection that stays", tcp([7, 100]), tcp([7, 4_000]), "moved"],
    ["holds an idle connection", tcp([7, 100]), tcp([7, 100]), "quiet"],
    ["answers pings", tcp([7, 100]), tcp([7, 112]), "quiet"],
    ["has a connection that it had not", tcp(), tcp([8, 300]), "moved"],
    ["connects, and nobody says anything", tcp(), tcp([8, 0]), "quiet"],
    ["has closed a connection", tcp([7, 100]), tcp(), "moved"],
    ["had one that ended since", tcp(), traffic({ listens: true, closedAgoMs: 9_000 }), "moved"],
    ["had one that ended before", tcp(), traffic({ listens: true, closedAgoMs: 11_000 }), "quiet"],
    ["listens, and nobody comes", traffic({ listens: true }), traffic({ listens: true }), "quiet"],
    ["cannot be read", tcp(), null, "unknown"],
    ["was not read before and has no socket", null, tcp(), "quiet"],
    ["was not read before and is connected", null, tcp([7, 100]), "unknown"],
    ["was not read before and listens", null, traffic({ listens: true }), "unknown"],
    [
      "answers over a unix socket and never waits",
      served(thread(0, 30)),
      served(thread(9_000, 30)),
      "unknown",
    ],
    ["came to be asked there", pair(thread(0, 30)), served(thread(9_000, 30)), "unknown"],
    ["loops beside its standard streams", pair(thread(0, 30)), pair(thread(9_000, 30)), "quiet"],
    ["waits now and then beside one", pair(thread(0, 30)), pair(thread(9_000, 31)), "unknown"],
    ["has an idle thread beside one", pair(thread(0, 30)), pair(thread(3, 45)), "quiet"],
    ["has a thread that nobody knew", pair(new Map()), pair(thread(900, 3)), "unknown"],
    ["cannot tell its threads", pair(null), pair(thread(900, 3)), "unknown"],
    ["came to have one", tcp(), pair(thread(900, 3)), "unknown"],
  ])("who %s", (_, from, to, motion) => expect(exchangeBetween(from, to, 10_000).motion).toBe(motion));
});

test("a new connection's bytes are all its own, an old one's what came since", () =>
  expect(exchangeBetween(tcp([7, 100]), tcp([7, 150], [8, 70]), 1_000).bytes).toBe(120));

/** Nothing in /proc/PID/io, no page fault. */
const silent = (facts: { readonly traffic: Traffic | null }) =>
  aProcess({ pid: 10, ioBytes: 0, ioCalls: 0, writtenBytes: 0, writeCalls: 0, ...facts });

const storm = (over: Traffic, calls: number) => ({
  ...silent({ traffic: over }),
  ioCalls: calls,
  writeCalls: calls,
});

describe("whoever is silent otherwise", () => {
  test.each<[string, Traffic, Traffic, Motion]>([
    ["and talks gets somewhere", tcp([7, 0]), tcp([7, 9_000]), "moved"],
    ["and talks to nobody does not", tcp([7, 0]), tcp([7, 0]), "quiet"],
    ["and may have talked may get somewhere", pair(thread(0, 0)), pair(thread(9_000, 9)), "unknown"],
  ])("%s", (_, from, to, motion) => {
    const before = progressOf(undefined, silent({ traffic: from }), 0);
    expect(progressOf(before, silent({ traffic: to }), 10_000).last?.motion).toBe(motion);
  });

  test("a storm of failing writes beside it is no denial", () => {
    const before = progressOf(undefined, storm(tcp([7, 0]), 0), 0);
    expect(progressOf(before, storm(tcp([7, 9_000]), 400_000), 10_000).last?.motion).toBe("moved");
  });

  test("whose reads cannot be read may have taken something in", () => {
    const unread = { ...silent({ traffic: tcp() }), ioBytes: null, ioCalls: null };
    const before = progressOf(undefined, unread, 0);
    expect(progressOf(before, unread, 10_000)).toMatchObject({ alone: null, last: { exchange: "unknown" } });
  });

  test("whose connections cannot be read is not known to be quiet", () => {
    const before = progressOf(undefined, silent({ traffic: null }), 0);
    expect(progressOf(before, silent({ traffic: null }), 10_000).quiet).toBeNull();
  });
});

const loop = (seconds: number) =>
  aProcess({
    pid: 10,
    cpuMs: 1_000 * seconds,
    faults: 500 * seconds,
    ioBytes: 9_000 * seconds,
    ioCalls: 100 * seconds,
    writtenBytes: 9_000 * seconds,
    writeCalls: 100 * seconds,
  });

test("garbage and output are work, and talk with nobody", () => {
  const seen = progressOf(progressOf(undefined, loop(0), 0), loop(10), 10_000);
  expect(seen.last?.motion).toBe("moved");
  expect(seen.alone?.atMs).toBe(0);
});

/** Nothing can be read but what its threads do. */
const hidden = (ranMs: number, waits: number, systemMs?: number): Traffic =>
  traffic({
    uncounted: null,
    threads: new Map([[1, { ranMs, waits, ...(systemMs !== undefined && { systemMs }) }]]),
  });
const hiddenProcess = (at: Traffic, faults: number) =>
  aProcess({ pid: 10, ioBytes: null, ioCalls: null, faults, traffic: at });

describe("who shows nothing of itself", () => {
  test.each<[string, Traffic, Traffic, boolean]>([
    ["loops", hidden(0, 30, 40), hidden(9_000, 30, 60), true],
    ["loops and is interrupted", hidden(0, 30, 40), hidden(9_000, 30, 200), true],
    ["calls the system all the time", hidden(0, 30, 40), hidden(9_000, 30, 900), false],
    ["waits now and then", hidden(0, 30, 40), hidden(9_000, 31, 40), false],
    ["does not tell what it spends in the system", hidden(0, 30), hidden(9_000, 30), false],
  ])("and %s", (_, from, to, expected) => expect(madeNoCalls(from, to, 10_000)).toBe(expected));

  test.each<[string, Traffic, number, Motion]>([
    ["only computes gets nowhere", hidden(9_000, 30, 40), 0, "quiet"],
    ["touches memory gets somewhere", hidden(9_000, 30, 40), 5_000, "moved"],
    ["waits may get somewhere", hidden(9_000, 50, 40), 0, "unknown"],
  ])("and %s", (_, to, faults, motion) => {
    const before = progressOf(undefined, hiddenProcess(hidden(0, 30, 40), 0), 0);
    expect(progressOf(before, hiddenProcess(to, faults), 10_000).last?.motion).toBe(motion);
  });
});
