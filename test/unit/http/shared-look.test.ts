/** The look that all pages share holds who is there, however many there are. */
import { expect, test } from "bun:test";
import type { Loaded } from "../../../src/config/load.ts";
import type { MonitorSource } from "../../../src/http/source/monitor.ts";
import { SharedLook } from "../../../src/http/source/shared-look.ts";
import { withChange, type StatusDocument } from "../../../src/wire/documents/status-change.ts";
import { MOST_KNOWN, statusNews } from "../../../src/wire/documents/status-news.ts";
import { statusDocument } from "../../../src/wire/documents/status.ts";
import { aPolicy, aProcess, SHELL, World } from "../../support/build.ts";

const policy = aPolicy();

/** What pages make of what the look tells of these machines, one after the other. */
async function toldOf(machines: readonly (readonly number[])[]): Promise<readonly (readonly number[])[]> {
  let atMs = 0;
  let pids: readonly number[] = [];
  const monitor: Pick<MonitorSource, "news"> = {
    news: async (asked) => {
      expect(asked.known.length).toBeLessThanOrEqual(MOST_KNOWN);
      const processes = pids.map((pid) => aProcess({ pid, ppid: SHELL }));
      const judgement = new World(policy).see((atMs += 1_000), processes).judge();
      const report = { atMs, policy, config: null, judgement, monitorPid: 1 };
      return statusNews(statusDocument(report, { policy, path: null }, 0), asked);
    },
  };
  // nothing else of them is asked for
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const look = new SharedLook({ policy, path: null } as Loaded, monitor as MonitorSource);
  const [first = [], ...later] = machines;
  pids = first;
  let page: StatusDocument | null = null;
  look.follow((event, json) => {
    if (page !== null) page = event === "status" ? JSON.parse(json) : withChange(page, JSON.parse(json));
  });
  const seen = (): readonly number[] =>
    (page?.processes ?? []).map(({ pid }) => pid).toSorted((a, b) => a - b);
  page = JSON.parse(await look.text());
  const told = [seen()];
  for (const next of later) {
    pids = next;
    await look.next();
    told.push(seen());
    // a page that comes later has the same
    const { processes }: StatusDocument = JSON.parse(await look.text());
    expect(processes.map(({ pid }) => pid).toSorted((a, b) => a - b)).toEqual([...pids]);
  }
  return told;
}

test.each([3, MOST_KNOWN + 3])(
  "of %d jobs each is told that begins, and none stays that has ended",
  async (jobs) => {
    const all = Array.from({ length: jobs }, (_, at) => 100_000 + at);
    const machines = [all, all.slice(1), [...all.slice(2), 200_000], all.slice(2)];
    expect(await toldOf(machines)).toEqual(machines);
  },
);

test("who asks while a look is under way that brings only what is new gets a whole all the same", async () => {
  let asks = 0;
  const monitor: Pick<MonitorSource, "news"> = {
    news: async ({ whole, known }) => {
      asks++;
      await Promise.resolve();
      const isWhole = whole || known.length === 0;
      return { whole: isWhole ? `whole ${asks}` : null, change: "{}", numbers: [["a", "1"]], gone: [] };
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const look = new SharedLook({ policy, path: null } as Loaded, monitor as MonitorSource);
  look.follow(() => {});
  expect(await look.next()).toBe("whole 1");
  expect(await look.next()).toBeNull();
  const plain = look.next();
  const texts = await Promise.all([look.text(), look.text(), look.text()]);
  expect([await plain, texts, asks]).toEqual([null, ["whole 4", "whole 4", "whole 4"], 4]);
});
