/**
 * config/grafana-dashboard.json, from a short description: `bun test/support/grafana-dashboard.ts` writes it. A test keeps it
 * current, holds it against Grafana's published types, and asks a real Prometheus each of its questions.
 */
export const GRAFANA_FILE = new URL("../../config/grafana-dashboard.json", import.meta.url);

const DATASOURCE = { type: "prometheus", uid: "${datasource}" } as const;
/** `$here`: of the chosen server; `$ours`: and of the chosen projects. */
const HERE = 'instance=~"$instance"';
const OURS = `${HERE},project=~"$project"`;

export interface Query {
  readonly expr: string;
  /** Of each series, by its labels; missing: Grafana's own. */
  readonly legend?: string;
}

type Kind = "stat" | "timeseries" | "table";

interface Described {
  readonly kind: Kind;
  readonly title: string;
  readonly about: string;
  readonly unit: "bytes" | "s" | "percentunit" | "short" | "none" | "dateTimeFromNow";
  readonly width: number;
  readonly queries: readonly Query[];
  readonly stacked?: true;
  readonly bars?: true;
  /** From these values on it is orange and red. */
  readonly bad?: readonly [warning: number, bad: number];
  /** 1 is good and 0 is bad, with these words. */
  readonly words?: readonly [zero: string, one: string];
}

const query = (expr: string, legend?: string): Query => ({
  expr: expr.replaceAll("$here", HERE).replaceAll("$ours", OURS),
  ...(legend !== undefined && { legend }),
});

const ROWS: readonly (readonly [title: string, panels: readonly Described[]])[] = [
  [
    "The watch",
    [
      {
        kind: "stat",
        title: "Monitor",
        about: "Whether a monitor runs and answers.",
        unit: "none",
        width: 4,
        queries: [query("min(bun_watchdog_monitor_up{$here})")],
        words: ["nobody watches", "watches"],
      },
      {
        kind: "stat",
        title: "Mode",
        about: "enforce stops runaways, observe only tells of them.",
        unit: "none",
        width: 4,
        queries: [query('min(bun_watchdog_mode{$here,mode="enforce"})')],
        words: ["observe", "enforce"],
      },
      {
        kind: "stat",
        title: "Breaker",
        about: "Open: it has killed too often within a minute, and only observes for now.",
        unit: "none",
        width: 4,
        queries: [query("1 - max(bun_watchdog_breaker_open{$here})")],
        words: ["open", "closed"],
      },
      {
        kind: "stat",
        title: "Kills",
        about: "In the time that is shown, without those of a person.",
        unit: "none",
        width: 4,
        queries: [query('sum(increase(bun_watchdog_kills_total{$here,rule!="manual"}[$__range]))')],
        bad: [1, 20],
      },
      {
        kind: "stat",
        title: "Not dead after a kill",
        about: "Processes, in the time that is shown.",
        unit: "none",
        width: 4,
        queries: [
          query(
            'sum(increase(bun_watchdog_killed_processes_total{$here,outcome=~"survived|uninterruptible|not-permitted"}[$__range]))',
          ),
        ],
        bad: [1, 1],
      },
      {
        kind: "stat",
        title: "Jobs",
        about: "What was launched once counts as one, with all of its children.",
        unit: "none",
        width: 4,
        queries: [query("sum(bun_watchdog_group_jobs{$ours})")],
      },
    ],
  ],
  [
    "What runs",
    [
      {
        kind: "timeseries",
        title: "Memory of jobs",
        about: "By project, app and kind, children included.",
        unit: "bytes",
        width: 12,
        queries: [
          query(
            "sum by (project, app, kind) (bun_watchdog_group_memory_bytes{$ours})",
            "{{project}} {{kind}} {{app}}",
          ),
        ],
        stacked: true,
      },
      {
        kind: "timeseries",
        title: "CPU of jobs",
        about: "In cores.",
        unit: "short",
        width: 12,
        queries: [
          query(
            "sum by (project, app, kind) (bun_watchdog_group_cpu_cores{$ours})",
            "{{project}} {{kind}} {{app}}",
          ),
        ],
        stacked: true,
      },
      {
        kind: "timeseries",
        title: "How near to a limit",
        about: "The process that uses most of it. CPU over the limit counts only without progress.",
        unit: "percentunit",
        width: 12,
        queries: [
          query(
            "max by (project, app, kind, limit) (bun_watchdog_group_limit_used_ratio{$ours})",
            "{{project}} {{kind}} {{limit}}",
          ),
        ],
        bad: [0.8, 1],
      },
      {
        kind: "timeseries",
        title: "Jobs that count, and how many may run",
        about: "By project.",
        unit: "none",
        width: 12,
        queries: [
          query("sum by (project) (bun_watchdog_counted_jobs{$ours})", "{{project}}"),
          query("max by (project) (bun_watchdog_limit_jobs{$ours})", "{{project}}: limit"),
        ],
      },
    ],
  ],
  [
    "What was stopped",
    [
      {
        kind: "timeseries",
        title: "Kills by rule",
        about: "In each interval.",
        unit: "none",
        width: 8,
        queries: [
          query("sum by (rule) (increase(bun_watchdog_kills_total{$here}[$__rate_interval]))", "{{rule}}"),
        ],
        bars: true,
      },
      {
        kind: "table",
        title: "What became of them",
        about: "Processes, ever.",
        unit: "none",
        width: 8,
        queries: [query("sum by (rule, outcome) (bun_watchdog_killed_processes_total{$here}) > 0")],
      },
      {
        kind: "timeseries",
        title: "Over a limit now",
        about: "Suspects are left alone so far.",
        unit: "none",
        width: 8,
        queries: [
          query(
            "sum by (limit, decision) (bun_watchdog_over_limit_processes{$here})",
            "{{limit}} {{decision}}",
          ),
        ],
        stacked: true,
      },
    ],
  ],
  [
    "Apps",
    [
      {
        kind: "timeseries",
        title: "Instances by state",
        about: "Of bunctl's apps.",
        unit: "none",
        width: 8,
        queries: [query("sum by (app, state) (bun_watchdog_app_instances{$ours}) > 0", "{{app}} {{state}}")],
        stacked: true,
      },
      {
        kind: "timeseries",
        title: "Restarts",
        about: "In each interval.",
        unit: "none",
        width: 8,
        queries: [
          query(
            "sum by (app) (increase(bun_watchdog_app_restarts_total{$ours}[$__rate_interval]))",
            "{{app}}",
          ),
        ],
        bars: true,
      },
      {
        kind: "timeseries",
        title: "Memory of apps",
        about: "All instances of each.",
        unit: "bytes",
        width: 8,
        queries: [query("sum by (app) (bun_watchdog_app_memory_bytes{$ours})", "{{app}}")],
      },
    ],
  ],
  [
    "Test files",
    [
      {
        kind: "table",
        title: "The slowest",
        about: "Of the last run of each, in seconds.",
        unit: "s",
        width: 12,
        queries: [query("topk(20, bun_watchdog_test_file_seconds{$ours})")],
      },
      {
        kind: "timeseries",
        title: "Flaky files, and how often",
        about: "They failed and then passed in one run.",
        unit: "none",
        width: 12,
        queries: [
          query("sum by (project) (bun_watchdog_test_flaky_files{$ours})", "{{project}}: files"),
          query(
            "sum by (project) (increase(bun_watchdog_test_flaky_runs_total{$ours}[$__rate_interval]))",
            "{{project}}: runs",
          ),
        ],
      },
    ],
  ],
  [
    "What the watch costs",
    [
      {
        kind: "timeseries",
        title: "A tick takes",
        about: "On average in each interval.",
        unit: "s",
        width: 12,
        queries: [
          query(
            "rate(bun_watchdog_tick_duration_seconds_total{$here}[$__rate_interval]) / rate(bun_watchdog_ticks_total{$here}[$__rate_interval])",
            "{{instance}}",
          ),
        ],
      },
      {
        kind: "timeseries",
        title: "Events",
        about: "Of the journal, in each interval.",
        unit: "none",
        width: 12,
        queries: [
          query("sum by (type) (increase(bun_watchdog_events_total{$here}[$__rate_interval]))", "{{type}}"),
        ],
        bars: true,
      },
    ],
  ],
];

const COLOURS = ["green", "orange", "red"] as const;

const stepsOf = ({ words, bad }: Described): readonly object[] => {
  if (words !== undefined)
    return [
      { value: null, color: "red" },
      { value: 1, color: "green" },
    ];
  return [null, ...(bad ?? [])].map((value, at) => ({ value, color: COLOURS[at] }));
};

const optionsOf = {
  stat: {
    colorMode: "background",
    graphMode: "none",
    justifyMode: "center",
    orientation: "auto",
    percentChangeColorMode: "standard",
    reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
    showPercentChange: false,
    textMode: "value",
    wideLayout: true,
  },
  timeseries: {
    legend: { calcs: ["lastNotNull", "max"], displayMode: "table", placement: "bottom", showLegend: true },
    tooltip: { mode: "multi", sort: "desc" },
  },
  table: { cellHeight: "sm", showHeader: true },
} as const;

function customOf({ kind, stacked, bars }: Described): object {
  if (kind !== "timeseries") return {};
  return {
    custom: {
      drawStyle: bars === true ? "bars" : "line",
      fillOpacity: bars === true ? 80 : stacked === true ? 25 : 8,
      lineWidth: 1,
      showPoints: "never",
      spanNulls: false,
      stacking: { group: "A", mode: stacked === true || bars === true ? "normal" : "none" },
    },
  };
}

const mappingsOf = ({ words }: Described): readonly object[] =>
  words === undefined
    ? []
    : [
        {
          type: "value",
          options: Object.fromEntries(words.map((text, at) => [String(at), { index: at, text }])),
        },
      ];

/** Labels that every row of a table has alike say nothing. */
const TRANSFORMATIONS = [
  { id: "organize", options: { excludeByName: { Time: true, __name__: true, instance: true, job: true } } },
];

const HEIGHTS: Readonly<Record<Kind, number>> = { stat: 4, timeseries: 9, table: 9 };

const SHAPES: Readonly<Record<Kind, object>> = {
  stat: { instant: true, range: false },
  timeseries: { range: true },
  table: { instant: true, range: false, format: "table" },
};

const targetOf = ({ expr, legend }: Query, kind: Kind, at: number): object => ({
  refId: String.fromCodePoint(65 + at),
  datasource: DATASOURCE,
  editorMode: "code",
  expr,
  ...(legend !== undefined && { legendFormat: legend }),
  ...SHAPES[kind],
});

function panelOf(described: Described, id: number, x: number, y: number): object {
  const { kind, title, about, unit, width, queries } = described;
  return {
    id,
    type: kind,
    title,
    description: about,
    datasource: DATASOURCE,
    gridPos: { h: HEIGHTS[kind], w: width, x, y },
    targets: queries.map((each, at) => targetOf(each, kind, at)),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        mappings: mappingsOf(described),
        thresholds: { mode: "absolute", steps: stepsOf(described) },
        color: { mode: kind === "timeseries" ? "palette-classic" : "thresholds" },
        ...customOf(described),
      },
      overrides: [],
    },
    options: optionsOf[kind],
    ...(kind === "table" && { transformations: TRANSFORMATIONS }),
  };
}

function panels(): readonly object[] {
  const all: object[] = [];
  let y = 0;
  for (const [title, described] of ROWS) {
    all.push({
      id: all.length + 1,
      type: "row",
      title,
      collapsed: false,
      gridPos: { h: 1, w: 24, x: 0, y },
      panels: [],
    });
    y++;
    let [x, height] = [0, 0];
    for (const each of described) {
      if (x + each.width > 24) [x, y, height] = [0, y + height, 0];
      all.push(panelOf(each, all.length + 1, x, y));
      x += each.width;
      height = Math.max(height, HEIGHTS[each.kind]);
    }
    y += height;
  }
  return all;
}

const choiceOf = (name: string, label: string, metric: string): object => ({
  name,
  label,
  type: "query",
  datasource: DATASOURCE,
  query: { query: `label_values(${metric}, ${name})`, refId: name },
  refresh: 2,
  includeAll: true,
  multi: true,
  allValue: ".*",
  current: { text: ["All"], value: ["$__all"] },
  sort: 1,
});

/** Every question that the dashboard asks, by the title of its panel. */
export const QUERIES: readonly (readonly [title: string, query: Query])[] = ROWS.flatMap(([, described]) =>
  described.flatMap(({ title, queries }) => queries.map((each) => [title, each] as const)),
);

export const grafanaDashboard = (): string =>
  `${JSON.stringify(
    {
      uid: "bun-watchdog",
      title: "bun-watchdog",
      description:
        "Bun processes against their limits: what runs, what was stopped, and whether the watch is on.",
      tags: ["bun", "processes"],
      schemaVersion: 39,
      editable: true,
      graphTooltip: 1,
      refresh: "30s",
      time: { from: "now-6h", to: "now" },
      timezone: "browser",
      links: [],
      annotations: {
        list: [
          {
            name: "Kills",
            datasource: DATASOURCE,
            enable: true,
            iconColor: "red",
            expr: query('sum by (rule) (increase(bun_watchdog_kills_total{$here,rule!="manual"}[1m])) > 0')
              .expr,
            step: "60s",
            titleFormat: "killed: {{rule}}",
          },
        ],
      },
      templating: {
        list: [
          { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus", refresh: 1 },
          choiceOf("instance", "Server", "bun_watchdog_monitor_up"),
          choiceOf("project", "Project", '{__name__=~"bun_watchdog_.*"}'),
        ],
      },
      panels: panels(),
    },
    null,
    2,
  )}\n`;

if (import.meta.main) await Bun.write(GRAFANA_FILE, grafanaDashboard());
