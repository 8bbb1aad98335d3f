/** The tables and bars of the measurement of the page's server. */
import type { MeasuredDashboard, Stage } from "./measured.ts";
import { atMost, type Section } from "../section.ts";
import { digits, megabytes, ms, percent } from "../support/units.ts";
import { LONG_MS } from "./page.ts";
import { SCRAPE } from "./requests.ts";

const MB = 1_048_576;
const MOST_RSS_BYTES = 16 * MB;
/** What a monitor's memory differs by from one minute to the next, whoever asks. */
const NOISE_BYTES = MB / 2;
const MOST_P99_MS = 10;

const stageOf = ({ stages }: MeasuredDashboard, name: string): Stage => {
  const found = stages.find((stage) => stage.name === name);
  if (found === undefined) throw new Error(`"${name}" was not measured`);
  return found;
};

export function dashboardSection(measured: MeasuredDashboard, smoke: boolean): Section {
  const { processes, followers, stages, framesPerS, longTasks, requests, others } = measured;
  // before it and after it: by itself, too, a monitor's memory goes up and down by some MB in the course of minutes
  const alone = Math.max(
    ...["no server", "no server any more"].map((name) => stageOf(measured, name).monitor.rssBytes),
  );
  const idle = stageOf(measured, "nobody looks");
  const page = stageOf(measured, "one page");
  const slowest = Math.max(...requests.flatMap(({ path, p99Ms }) => (path === SCRAPE ? [] : [p99Ms])));
  const longest = Math.max(0, ...longTasks);
  return {
    title: "The page's server",
    tables: [
      {
        caption: `Memory and CPU, ${processes} Bun processes that change, a week of history`,
        columns: ["", "monitor: CPU", "RssAnon", "server: CPU", "RssAnon"],
        rows: stages.map(({ name, monitor, server }) => [
          name,
          percent(monitor.cpuPercent),
          megabytes(monitor.rssBytes),
          server === null ? "" : percent(server.cpuPercent),
          server === null ? "" : megabytes(server.rssBytes),
        ]),
        notes: [
          `CPU of one core; schedstat of all threads. RssAnon on average. The page is Chromium with the table of all processes. The ${followers} followers read the stream of events; together they got ${digits(framesPerS)} frames a second.`,
        ],
      },
      {
        caption: "Requests, one after the other",
        columns: ["GET", "p50", "p99", "answer, KB", "requests"],
        rows: requests.map(({ path, p50Ms, p99Ms, bytes, requests: count }) => [
          path,
          ms(p50Ms),
          ms(p99Ms),
          digits(bytes / 1_024),
          String(count),
        ]),
        notes: [
          `The client's time is in it. Answers about what runs are up to a second old, and shared by all who ask within it. In the page, ${longTasks.length} tasks took longer than ${LONG_MS} ms while its rows changed each second${longTasks.length === 0 ? "" : `, the longest ${ms(longest)}`}.`,
        ],
      },
      {
        caption: "Others in the same run",
        columns: ["", "CPU", "RssAnon", "a page asks", "p50", "p99"],
        rows: [
          [
            "bun-watchdog dashboard",
            page.server,
            requests.find(({ path }) => path === "/api/processes") ?? null,
          ] as const,
          ...others.map(({ name, cost, waited }) => [name, cost, waited] as const),
        ].map(([name, cost, waited]) => [
          name,
          cost === null ? "" : percent(cost.cpuPercent),
          cost === null ? "" : megabytes(cost.rssBytes),
          waited?.path ?? "–",
          waited === null ? "–" : ms(waited.p50Ms),
          waited === null ? "–" : ms(waited.p99Ms),
        ]),
        notes: [
          "Ours with its page open; the others asked every 2 s, as often as the page of Glances does (Debian's has none). PM2's two show its own apps, and none runs here: they show nothing. Its daemon is not counted.",
        ],
      },
    ],
    bars: smoke
      ? []
      : [
          atMost(
            "RssAnon of the server with one page open",
            MOST_RSS_BYTES,
            page.server?.rssBytes ?? NaN,
            megabytes,
          ),
          atMost(
            "RssAnon of the monitor that a server adds while nobody looks",
            NOISE_BYTES,
            idle.monitor.rssBytes - alone,
            megabytes,
          ),
          atMost(
            "RssAnon of the monitor that one page adds",
            NOISE_BYTES,
            page.monitor.rssBytes - alone,
            megabytes,
          ),
          atMost("p99 of the slowest GET", MOST_P99_MS, slowest, ms),
          atMost("the longest task in the page while its rows change", LONG_MS, longest, ms),
        ],
  };
}
