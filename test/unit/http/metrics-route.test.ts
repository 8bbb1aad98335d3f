/** What a scrape asks for, and how often. */
import { expect, test } from "bun:test";
import { scraped, type Scraped } from "../../../src/http/metrics/scrape.ts";
import { formatFor } from "../../../src/http/metrics/text.ts";
import { RecentTexts } from "../../../src/http/source/recent-texts.ts";
import { NO_COUNTS } from "../../../src/history/store/counts.ts";
import { watchTotals } from "../../../src/wire/documents/totals.ts";
import { aProcess } from "../../support/build.ts";
import { aReport } from "../../support/metric-documents.ts";

interface Asked {
  state: "silent" | null;
  looks: number;
  fails: boolean;
  /** What is to be done a second later. */
  later: (() => void)[];
}

/** Of a server it has what a scrape looks at. */
function scrapesOf(asked: Asked): (accept?: string) => Promise<string> {
  const part = {
    loaded: { projectRoot: "/nowhere/at/all", options: { uid: 0, home: "/nowhere", env: {} } },
    monitor: {
      state: () => Promise.resolve(asked.state),
      totals: () => {
        asked.looks++;
        return asked.fails
          ? Promise.reject(new Error("gone"))
          : Promise.resolve(watchTotals(aReport([aProcess({ pid: 20 })]), 1));
      },
    },
    history: { counts: () => Promise.resolve(NO_COUNTS) },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const server = part as unknown as Scraped;
  const recent = new RecentTexts((_, act) => void asked.later.push(act));
  return (accept = "*/*") => {
    const format = formatFor(accept);
    return recent.of(format, () => scraped(server, format));
  };
}

const fresh = (): Asked => ({ state: null, looks: 0, fails: false, later: [] });

test("all who scrape within a second share an answer, each in its format; after it, it is asked for anew", async () => {
  const asked = fresh();
  const scrape = scrapesOf(asked);
  const texts = await Promise.all([scrape(), scrape(), scrape("application/openmetrics-text")]);
  expect(texts[0]).toBe(texts[1] ?? "");
  expect(texts[2]).toEndWith("# EOF\n");
  expect(asked.looks).toBe(2);
  await scrape();
  expect(asked.looks).toBe(2);
  for (const act of asked.later) act();
  await scrape();
  expect(asked.looks).toBe(3);
});

test("a failure is told, and not kept", async () => {
  const asked = { ...fresh(), fails: true };
  const scrape = scrapesOf(asked);
  expect(scrape()).rejects.toThrow("gone");
  await Bun.sleep(0);
  asked.fails = false;
  expect(await scrape()).toContain("bun_watchdog_group_jobs{");
});

test("a monitor that does not answer is waited for once", async () => {
  const asked: Asked = { ...fresh(), state: "silent" };
  const text = await scrapesOf(asked)();
  expect(text).toContain("bun_watchdog_monitor_up 0\n");
  expect(text).toContain('bun_watchdog_kills_total{rule="cpu"} 0\n');
  expect(text).not.toContain("bun_watchdog_group_jobs{");
  expect(asked.looks).toBe(0);
});
