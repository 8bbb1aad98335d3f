/**
 * docs/metrics.md, line by line, with Debian's Prometheus and Alertmanager: they scrape a real server beside a real monitor, a
 * runaway is killed, and the alert arrives. Then the dashboard's questions have answers.
 */
import { expect } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandLines, readPage } from "../support/documents.ts";
import { QUERIES } from "../support/grafana-dashboard.ts";
import { cli, repository, runProgram, scratchProject, startMonitor } from "../support/launch.ts";
import { managedFolder } from "../support/manage.ts";
import { requireNamespace } from "../support/namespace.ts";
import { ask, becomes, LISTENS, serve, type Served } from "../support/prometheus.ts";
import { needs } from "../support/skip.ts";
import { SCALED, seesOneDie } from "./scaled.ts";

requireNamespace();

const LINES = commandLines(readPage("docs/metrics.md"));
const lineWith = (part: string): string => {
  const found = LINES.find((line) => line.includes(part));
  if (found === undefined) throw new Error(`docs/metrics.md has no line with ${part}`);
  return found;
};

/** What the rules and the dashboard look back at is minutes; a test waits for seconds. */
const INTERVAL = "500ms";
const NOBODY = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n";
const ALERTMANAGER =
  "prometheus-alertmanager --config.file alertmanager.yml --storage.path alerts --web.listen-address 127.0.0.1:0 --cluster.listen-address=";

const hostOf = ({ url }: Served): string => new URL(url).host;

needs(
  "prometheus",
  "promtool",
  "prometheus-alertmanager",
  "amtool",
  "curl",
)(
  "every line of docs/metrics.md, and a kill that is told to Alertmanager",
  async () => {
    using project = scratchProject(SCALED);
    const { directory, env: own } = project;
    await using folder = managedFolder(project);
    const env = { ...folder.env, ...own };
    const run = async (line: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await runProgram(["sh", "-ec", line], { cwd: directory, env });
      expect({ line, exitCode, stderr }).toMatchObject({ line, exitCode: 0 });
      return stdout;
    };
    seed(project.state("test-files.json"));
    folder.declare(folder.shell("web", "exec sleep 600"));
    await using monitor = await startMonitor(project, ["--yes"]);
    const [, server, alertmanager] = await Promise.all([
      folder.ok("start", "ecosystem.config.json"),
      serve(argvOf(lineWith("dashboard")), directory, /http:\/\/(?<address>[\d.]+:\d+)\/#/u, env),
      serve(argvOf(ALERTMANAGER), atConfig(directory, NOBODY), LISTENS),
      run(`mkdir -p node_modules && ln -s ${repository} node_modules/bun-watchdog && ${lineWith("cp -r")}`),
    ]);
    await using others = new AsyncDisposableStack();
    others.use(server);
    others.use(alertmanager);
    const scraped = await run(lineWith("curl").replace("127.0.0.1:7878", hostOf(server)));
    expect(scraped).toContain("\nbun_watchdog_monitor_up 1\n");

    const file = join(directory, "prometheus/prometheus.yml");
    writeFileSync(file, scaled(readFileSync(file, "utf8"), server, alertmanager));
    const start = lineWith("prometheus --config.file");
    await using prometheus = await serve(
      argvOf(start.replace("127.0.0.1:9090", "127.0.0.1:0")),
      directory,
      LISTENS,
    );
    // who has seen a zero sees the increase
    const zeroes = 'count_over_time(bun_watchdog_kills_total{rule="timeout"}[1m])';
    await becomes(
      () => ask(prometheus, zeroes),
      ([count = 0]) => count >= 2,
    );
    const [died] = await Promise.all([
      seesOneDie(project, "for-prometheus"),
      run(lineWith("promtool check config")),
      run(lineWith("promtool test rules")),
    ]);
    expect(died).toBe(true);
    const query = `amtool --alertmanager.url ${alertmanager.url} alert query -o json alertname=BunRunawayKilled`;
    const alerts = await becomes(
      () => run(query),
      (text) => text.includes("BunRunawayKilled"),
    );
    expect(JSON.parse(alerts)).toMatchObject([
      {
        labels: { rule: "timeout", severity: "info", instance: hostOf(server) },
        status: { state: "active" },
      },
    ]);

    // a look of a Grafana of half a minute
    const answers = await Promise.all(
      QUERIES.map(
        async ([title, { expr }]) => [title, (await ask(prometheus, asGrafana(expr))).length] as const,
      ),
    );
    expect(answers.filter(([, series]) => series === 0)).toEqual([]);

    const text = (): Promise<string> => run(`curl -s ${server.url}/metrics`);
    expect(await text()).toContain('bun_watchdog_kills_total{rule="timeout"} 1\n');
    expect(await run(`curl -s ${server.url}/metrics | promtool check metrics 2>&1`)).toBe("");
    await monitor.kill();
    await becomes(text, (now) => now.includes("\nbun_watchdog_monitor_up 0\n"));
    // what was counted stays, whoever is gone
    expect(await text()).toContain('bun_watchdog_kills_total{rule="timeout"} 1\n');
    expect(await text()).not.toContain("for-prometheus");
  },
  120_000,
);

/** As a shell would divide it: no line has quotes. Ours is run from the sources. */
const argvOf = (line: string): readonly string[] => {
  const [program = "", ...words] = line.split(" ");
  return program === "bun-watchdog" ? [...cli, ...words] : [program, ...words];
};

/** bun-isolate keeps such a file. */
function seed(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const files = { "cart.test.ts": { tookMs: 900, flakyRuns: 1, lastFlakyMs: 1 } };
  writeFileSync(path, JSON.stringify({ schemaVersion: 1, files }), { mode: 0o600 });
}

function atConfig(directory: string, text: string): string {
  const folder = join(directory, "alertmanager");
  mkdirSync(folder);
  writeFileSync(join(folder, "alertmanager.yml"), text);
  return folder;
}

const scaled = (config: string, server: Served, alertmanager: Served): string =>
  config
    .replaceAll("15s", INTERVAL)
    .replace("127.0.0.1:7878", hostOf(server))
    .replace("127.0.0.1:9093", hostOf(alertmanager));

const asGrafana = (expr: string): string =>
  expr.replaceAll(/\$__rate_interval|\$__range/gu, "30s").replaceAll(/\$instance|\$project/gu, ".*");
