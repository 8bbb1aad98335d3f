/** What stands in `/metrics`: the values, the names, and how many series there are at most. */
import { describe, expect, test } from "bun:test";
import { METRICS } from "../../../src/http/metrics/all.ts";
import { sampleName, type Documents } from "../../../src/http/metrics/metric.ts";
import { shortNames } from "../../../src/http/metrics/names.ts";
import { metricsText } from "../../../src/http/metrics/text.ts";
import { watchTotals } from "../../../src/wire/documents/totals.ts";
import type { Report } from "../../../src/wire/reports.ts";
import { aPolicy, aProcess, MB } from "../../support/build.ts";
import { aReport, someApps, someDocuments } from "../../support/metric-documents.ts";
import { anApp, anInstance } from "../../support/running-apps.ts";

/** The lines that have a value and begin so. */
const lines = (documents: Documents, start = "bun_watchdog_"): readonly string[] =>
  metricsText(METRICS, documents, "text")
    .split("\n")
    .filter((line) => line.startsWith(start));

/** `name{labels}` → value. */
const values = (documents: Documents): ReadonlyMap<string, number> =>
  new Map(
    lines(documents).map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice("bun_watchdog_".length, at), Number(line.slice(at + 1))];
    }),
  );

const dev = 'project="shop",app="(none)",kind="launcher"';
const all = values(someDocuments());

test.each([
  ['build_info{version="0.2.0"}', 1],
  ["monitor_up", 1],
  ["monitor_start_time_seconds", 1_699_999_900],
  ['mode{mode="enforce"}', 1],
  ['mode{mode="observe"}', 0],
  ["look_time_seconds", 1_700_000_000.5],
  ["tick_interval_seconds", 10],
  ["ticks_total", 40],
  ["tick_duration_seconds_total", 0.1],
  ["breaker_open", 0],
  ["breaker_kills", 2],
  ["breaker_limit_kills", 20],
  ['limit_memory_bytes{project="shop"}', 1_073_741_824],
  ['limit_memory_bytes{project="(none)"}', null],
  ['limit_cpu_cores{project="(none)"}', 1],
  ['limit_age_seconds{project="shop"}', 300],
  ['limit_jobs{project="shop"}', 3],
  ['counted_jobs{project="shop"}', 2],
  // the launcher and its server are one job
  [`group_jobs{${dev}}`, 1],
  [`group_processes{${dev}}`, 2],
  [`group_memory_bytes{${dev}}`, 510 * MB],
  [`group_cpu_cores{${dev}}`, 1],
  [`group_age_seconds{${dev}}`, 61],
  [`group_limit_used_ratio{${dev},limit="memory"}`, 500 / 1_024],
  ['group_limit_used_ratio{project="shop",app="(none)",kind="test",limit="timeout"}', 0.5],
  // unreadable is no zero
  ['group_memory_bytes{project="(none)",app="(none)",kind="run"}', null],
  ['group_jobs{project="(none)",app="(none)",kind="run"}', 1],
  ['over_limit_processes{limit="cpu",decision="runaway"}', 0],
  ["history_readable", 1],
  ['kills_total{rule="cpu"}', 3],
  ['kills_total{rule="manual"}', 0],
  ['killed_processes_total{rule="cpu",outcome="gone"}', 4],
  ['killed_processes_total{rule="memory",outcome="survived"}', 1],
  ['killed_processes_total{rule="timeout",outcome="not-permitted"}', 0],
  ['events_total{type="started"}', 2],
  ['events_total{type="trouble"}', 0],
  ["manager_up", 1],
  ['app_instances{project="project",app="web",state="online"}', 1],
  ['app_instances{project="project",app="web",state="retrying"}', 0],
  ['app_restarts_total{project="project",app="web",app_instance="0"}', 4],
  ['app_memory_bytes{project="project",app="web"}', 150_000_000],
  ['test_files{project="shop"}', 2],
  ['test_files_seconds{project="shop"}', 2],
  ['test_flaky_files{project="shop"}', 1],
  ['test_flaky_runs_total{project="shop"}', 2],
  ['test_file_seconds{project="shop",file="src/cart.test.ts"}', 1.5],
  ['test_file_flaky_runs{project="shop",file="src/pay.test.ts"}', null],
] as const)("%s is %p", (series, value: number | null) => {
  expect(all.get(series) ?? null).toBe(value);
});

test("of what could not be asked nothing is said, but that it is so", () => {
  const known = lines(
    someDocuments({ monitorSinceMs: null, totals: null, counts: null, apps: null, tests: new Map() }),
  );
  expect(known).toEqual([
    'bun_watchdog_build_info{version="0.2.0"} 1',
    "bun_watchdog_monitor_up 0",
    "bun_watchdog_history_readable 0",
    "bun_watchdog_manager_up 0",
  ]);
});

test("a look of one's own is no monitor", () => {
  const { watch: _, ...seen } = aReport([aProcess({ pid: 20 })]);
  const own: Report = { ...seen, monitorPid: null };
  const known = values(someDocuments({ monitorSinceMs: null, totals: watchTotals(own, 1) }));
  expect(known.get("monitor_up")).toBe(0);
  expect(known.has("ticks_total")).toBe(false);
  expect(known.get('group_jobs{project="(none)",app="(none)",kind="run"}')).toBe(1);
});

test("the job that serves them is not in them", () => {
  const report = aReport([aProcess({ pid: 20 }), aProcess({ pid: 1_234 })], aPolicy());
  expect(lines(someDocuments({ totals: watchTotals(report, 1_234) }), "bun_watchdog_group_jobs")).toEqual([
    'bun_watchdog_group_jobs{project="(none)",app="(none)",kind="run"} 1',
  ]);
});

test("each metric has a sentence, its unit at the end of its name, and a value in some document", () => {
  for (const { name, unit, help, type } of METRICS) {
    expect(name).toEndWith(unit ?? name);
    expect(help).toEndWith(".");
    expect(name).not.toMatch(/_total$|_info$/u);
    const limited = ["app_limit_memory_bytes", "app_limit_cpu_cores", "app_memory_limit_used_ratio"];
    const isThere = [...all.keys()].some(
      (series) => series.split("{")[0] === sampleName({ name, type }).slice("bun_watchdog_".length),
    );
    expect([name, isThere || limited.includes(name)]).toEqual([name, true]);
  }
});

test("an app's limits, and the part of them that its largest instance uses", () => {
  const app = anApp(
    "web",
    anInstance(0, { memoryBytes: 10 * MB }),
    anInstance(1, { number: 1, memoryBytes: 30 * MB }),
  );
  const spec = { ...app.spec, limits: { ...app.spec.limits, memoryBytes: 40 * MB, cpuPercent: 150 } };
  const known = values(someDocuments({ apps: someApps({ ...app, spec }) }));
  const web = '{project="project",app="web"}';
  expect(known.get(`app_limit_memory_bytes${web}`)).toBe(40 * MB);
  expect(known.get(`app_limit_cpu_cores${web}`)).toBe(1.5);
  expect(known.get(`app_memory_limit_used_ratio${web}`)).toBe(0.75);
});

describe("however much runs", () => {
  const SECRET = "ghp_0123456789abcdefghijklmnop";
  const roots = Array.from({ length: 400 }, (_, nth) => `/srv/${SECRET}/p${nth}`);
  const policy = aPolicy({
    governance: {
      projects: roots.map((root) => ({ root, config: null, policy: aPolicy() })),
      elsewhere: aPolicy(),
      harmOnly: true,
    },
  });
  const argv = ["bun", "server.ts", "--password", "hunter2"];
  const report = aReport(
    roots.map((cwd, nth) => aProcess({ pid: 20 + nth, cwd, argv, memoryBytes: (nth + 1) * MB })),
    policy,
  );
  const apps = someApps(
    ...roots.map((_, nth) =>
      anApp(`token=${SECRET}-${nth}`, ...[0, 1, 2, 3, 4].map((number) => anInstance(nth, { number }))),
    ),
  );
  const tests = new Map(
    roots.map((root) => [
      root,
      new Map(roots.map((_, nth) => [`${nth}.test.ts`, { tookMs: 1, flakyRuns: 1, lastFlakyMs: 1 }])),
    ]),
  );
  const known = someDocuments({ totals: watchTotals(report, 1), apps, tests });
  const text = lines(known).join("\n");

  test("the series are few, no two are the same, and the rest is one group", () => {
    const series = [...values(known).keys()];
    expect(series.length).toBe(lines(known).length);
    expect(series.length).toBeLessThan(3_000);
    const jobs = lines(known, "bun_watchdog_group_jobs");
    expect(jobs).toHaveLength(51);
    expect(jobs.at(-1)).toBe('bun_watchdog_group_jobs{project="(other)",app="(other)",kind="(other)"} 350');
    expect(jobs[0]).toContain('project="p399"');
  });

  test("no command line and no secret is in a label", () => {
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("server.ts");
    expect(text).not.toContain(SECRET);
  });
});

test.each([
  [["/srv/shop"], ["shop"]],
  [
    ["/a/web", "/b/web", "/b/api"],
    ["a/web", "b/web", "api"],
  ],
  [
    ["/web", "/b/web"],
    ["web", "b/web"],
  ],
  [["/"], ["/"]],
  [["/srv/a\nb"], ["a\\nb"]],
])("of %p the short names are %p", (paths, names) => {
  expect([...shortNames(paths).values()].toSorted()).toEqual(names.toSorted());
});
