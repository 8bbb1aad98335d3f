/** The look that all pages share holds who is there, however many there are. */
import { expect, test } from "bun:test";
import type { Loaded } from "../../../src/config/load.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { MonitorSource } from "../../../src/http/source/monitor.ts";
import { SharedLook } from "../../../src/http/source/shared-look.ts";
import { MOST_KNOWN, statusNews } from "../../../src/wire/documents/status-news.ts";
import { statusDocument } from "../../../src/wire/documents/status.ts";
import { aPolicy, aProcess, SHELL, World } from "../../support/build.ts";

const policy = aPolicy();

test.each([3, MOST_KNOWN + 3])("of %d jobs none stays that has ended", async (jobs) => {
  let pids = Array.from({ length: jobs }, (_, at) => 100_000 + at);
  let atMs = 0;
  const processes = (): readonly ProcessSample[] => pids.map((pid) => aProcess({ pid, ppid: SHELL }));
  const monitor: Pick<MonitorSource, "news"> = {
    news: async ({ known }) => {
      expect(known.length).toBeLessThanOrEqual(MOST_KNOWN);
      const judgement = new World(policy).see((atMs += 1_000), processes()).judge();
      const report = { atMs, policy, config: null, judgement, monitorPid: 1 };
      return statusNews(statusDocument(report, { policy, path: null }, 0), known);
    },
  };
  // nothing else of them is asked for
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const look = new SharedLook({ policy, path: null } as Loaded, monitor as MonitorSource, () => atMs);
  for (const gone of [0, 1, 1]) {
    pids = pids.slice(0, pids.length - gone);
    const { processes: shown } = await look.next();
    expect(shown.map(({ pid }) => pid).toSorted((a, b) => a - b)).toEqual(pids);
  }
});
