/**
 * Writes apps as units of systemd: systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5),
 * systemd.resource-control(5).
 */
import { dirname } from "node:path";
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { instanceEnvironment } from "../../../core/app/instance-environment.ts";
import { unitArgument, unitText, unitWord } from "../../../text/systemd.ts";
import { type Exported, type ExportedFile, namer, Notes } from "./exported.ts";

interface SystemdOptions {
  /** The account that system units run as; null = units of a user's own manager. */
  readonly account: string | null;
  /** The version of systemd where the units are to run; null = a new one. Before 254 waits cannot grow. */
  readonly version: number | null;
}

const GROWING_WAITS = 254;
/** The shortest wait where waits cannot grow: a loop of crashes must not keep the machine busy. */
const STEADY_WAIT_MS = 1_000;

/** Writes a unit for each copy: each has its own number, and its own port if ports are counted up. */
export function exportSystemd(apps: readonly AppSpec[], options: SystemdOptions): Exported {
  const notes = new Notes();
  const nameOf = namer(200, false);
  const unitsOf = ({ name, instances }: Pick<AppSpec, "name" | "instances">): readonly string[] =>
    instances === 1
      ? [`${nameOf(name)}.service`]
      : Array.from({ length: instances }, (_all, number) => `${nameOf(name)}-${number}.service`);
  const files = apps.flatMap((app) => {
    tellWhatIsLost(app, options, notes);
    const before = app.dependsOn.flatMap((name) => {
      const other = apps.find((each) => each.name === name);
      return other === undefined ? [] : unitsOf(other);
    });
    return unitsOf(app).map((name, number): ExportedFile => ({
      name,
      text: unit(app, number, before, options),
    }));
  });
  return { files, notes: notes.list() };
}

function unit(
  app: AppSpec,
  number: number,
  before: readonly string[],
  { account, version }: SystemdOptions,
): string {
  const { restart, limits, stop, identity, logs } = app;
  const suffix = app.instances === 1 ? "" : ` (${number})`;
  return sections({
    Unit: [
      ["Description", unitText(`${app.name}${suffix}, managed by bunctl before`)],
      // a user's own manager knows no network
      ["After", [...(account === null ? [] : ["network-online.target"]), ...before].join(" ")],
      ["Wants", account === null ? "" : "network-online.target"],
      ["Requires", before.join(" ")],
      // systemd tries to start it again for ever, at longer and longer intervals
      ["StartLimitIntervalSec", "0"],
    ],
    Service: [
      ["Type", "exec"],
      ["WorkingDirectory", path(app.cwd)],
      ["ExecStart", app.argv.map(unitArgument).join(" ")],
      ...Object.entries(environmentOf(app, number)).map(
        ([name, value]) => ["Environment", unitWord(`${name}=${value}`)] as const,
      ),
      ["Restart", restart.when],
      ["RestartPreventExitStatus", restart.stopExitCodes.join(" ")],
      ...waits(app, version),
      ["KillSignal", stop.signal],
      ["KillMode", stop.tree ? "mixed" : "process"],
      ["TimeoutStopSec", seconds(stop.graceMs)],
      ["MemoryMax", limits.memoryBytes === null ? "" : String(limits.memoryBytes)],
      ["CPUQuota", limits.cpuPercent === null ? "" : `${limits.cpuPercent}%`],
      ["TasksMax", limits.threads === null ? "" : String(limits.threads)],
      ["StandardOutput", output(logs.out, app, number)],
      ["StandardError", output(logs.err, app, number)],
      ["User", identity.uid === null ? unitText(account ?? "") : String(identity.uid)],
      ["Group", identity.gid === null ? "" : String(identity.gid)],
      ["UMask", identity.umask === null ? "" : `0${identity.umask.toString(8).padStart(3, "0")}`],
      ["NoNewPrivileges", identity.noNewPrivileges ? "yes" : ""],
      ...capabilities(identity.dropCapabilities),
    ],
    Install: [["WantedBy", account === null ? "default.target" : "multi-user.target"]],
  });
}

type Lines = readonly (readonly [key: string, value: string])[];

/**
 * A key without a value is left out; NO_VALUE is written as an empty value, which systemd takes for "none".
 */
const NO_VALUE = "\0";

const sections = (all: Readonly<Record<string, Lines>>): string =>
  Object.entries(all)
    .map(([name, lines]) =>
      [
        `[${name}]`,
        ...lines
          .filter(([, value]) => value !== "")
          .map(([key, value]) => `${key}=${value === NO_VALUE ? "" : value}`),
      ].join("\n"),
    )
    .join("\n\n") + "\n";

/**
 * The app keeps its own variables, its number, and the PATH that it was started with; the other variables of
 * the shell are left out.
 */
function environmentOf(app: AppSpec, number: number): Readonly<Record<string, string>> {
  const { PATH } = app.shellEnv;
  return instanceEnvironment({ ...app, shellEnv: PATH === undefined ? {} : { PATH } }, number);
}

const grows = (version: number | null): boolean => version === null || version >= GROWING_WAITS;

function waits({ restart: { fixedDelayMs, backoff, budget } }: AppSpec, version: number | null): Lines {
  if (!grows(version) && fixedDelayMs === null)
    return [["RestartSec", seconds(Math.max(STEADY_WAIT_MS, backoff.firstMs))]];
  if (fixedDelayMs !== null) return [["RestartSec", seconds(fixedDelayMs)]];
  return [
    ["RestartSec", seconds(backoff.firstMs)],
    ["RestartSteps", String(Math.max(1, budget))],
    ["RestartMaxDelaySec", seconds(backoff.capMs)],
  ];
}

function capabilities(dropped: readonly string[]): Lines {
  if (dropped.length === 0) return [];
  const names = dropped.map((name) => `CAP_${name}`).join(" ");
  return [["CapabilityBoundingSet", dropped.includes("all") ? NO_VALUE : `~${names}`]];
}

/** If copies do not share a file, a copy's number stands before the file's ending. */
function output(file: string | null, { logs, instances }: AppSpec, number: number): string {
  if (file === null) return "null";
  const own =
    logs.merge || instances === 1 ? file : file.replace(/(?<ending>\.[^./]*)?$/u, `-${number}$<ending>`);
  return `append:${unitText(own)}`;
}

const seconds = (ms: number): string => (ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`);

/**
 * Writes a path that is no argument of a command. systemd does not split it, so only its beginning could
 * mislead.
 */
const path = (text: string): string => (/["'\\]/u.test(text) ? unitWord(text) : unitText(text));

function tellWhatIsLost(app: AppSpec, { version }: SystemdOptions, notes: Notes): void {
  const { name } = app;
  if (!grows(version) && app.restart.fixedDelayMs === null && app.restart.when !== "no")
    notes.add(
      name,
      `waits before restarts do not grow: systemd ${version} cannot do that, ${GROWING_WAITS} can`,
    );
  if (app.cron !== null)
    notes.add(
      name,
      `the cron expression "${app.cron}" is not carried over: write a .timer unit that restarts it`,
    );
  if (app.watch !== null) notes.add(name, "its files are not watched: write a .path unit that restarts it");
  if (app.readiness.by !== "start")
    notes.add(name, "systemd does not wait for it to be ready: use Type=notify and sd_notify in the app");
  if (app.stop.byMessage) notes.add(name, 'it is told to stop by a signal, not by the message "shutdown"');
  if (app.logs.combined !== null)
    notes.add(name, "its combined log file is not written; journalctl shows both streams");
  const folders = new Set(
    [app.logs.out, app.logs.err].flatMap((file) => (file === null ? [] : [dirname(file)])),
  );
  for (const folder of folders)
    notes.add(
      name,
      `make ${folder} before it is started, and put its log files aside with logrotate (copytruncate)`,
    );
  if (app.pidFile !== null)
    notes.add(name, "its pid file is not written: systemctl show -P MainPID tells the pid");
}
