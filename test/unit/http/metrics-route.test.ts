/** What a scrape asks for, and how often. */
import { expect, test } from "bun:test";
import type { Dashboard } from "../../../src/http/dashboard.ts";
import { METRICS_ROUTES } from "../../../src/http/routes/metrics.ts";
import { NO_COUNTS } from "../../../src/history/store/counts.ts";
import { watchTotals } from "../../../src/wire/documents/totals.ts";
import { aProcess } from "../../support/build.ts";
import { aReport } from "../../support/metric-documents.ts";

interface Asked {
  state: "silent" | null;
  looks: number;
  fails: boolean;
}

/** Of a server it has what a scrape looks at. */
function aDashboard(asked: Asked): Dashboard {
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
  return part as unknown as Dashboard;
}

async function scrape(dashboard: Dashboard, accept = "*/*"): Promise<string> {
  const [route] = METRICS_ROUTES;
  const request = new Request("http://127.0.0.1/metrics", { headers: { accept } });
  const answer = await route?.handle({ dashboard, parameters: {}, asked: {}, request, goesOn: () => {} });
  if (!(answer instanceof Response)) throw new Error("no answer");
  return answer.text();
}

test("all who scrape within a second share an answer, each in its format; after it, it is asked for anew", async () => {
  const asked: Asked = { state: null, looks: 0, fails: false };
  const dashboard = aDashboard(asked);
  const texts = await Promise.all([
    scrape(dashboard),
    scrape(dashboard),
    scrape(dashboard, "application/openmetrics-text"),
  ]);
  expect(texts[0]).toBe(texts[1] ?? "");
  expect(texts[2]).toEndWith("# EOF\n");
  expect(asked.looks).toBe(2);
  await Bun.sleep(1_010);
  await scrape(dashboard);
  expect(asked.looks).toBe(3);
});

test("a failure is told, and not kept", async () => {
  const asked: Asked = { state: null, looks: 0, fails: true };
  const dashboard = aDashboard(asked);
  expect(scrape(dashboard)).rejects.toThrow("gone");
  await Bun.sleep(0);
  asked.fails = false;
  expect(await scrape(dashboard)).toContain("bun_watchdog_group_jobs{");
});

test("a monitor that does not answer is waited for once", async () => {
  const asked: Asked = { state: "silent", looks: 0, fails: false };
  const text = await scrape(aDashboard(asked));
  expect(text).toContain("bun_watchdog_monitor_up 0\n");
  expect(text).toContain('bun_watchdog_kills_total{rule="cpu"} 0\n');
  expect(text).not.toContain("bun_watchdog_group_jobs{");
  expect(asked.looks).toBe(0);
});
