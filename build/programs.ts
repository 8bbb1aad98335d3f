/** Everything that `npm run build` makes of the sources, one description per program. */

export interface Program {
  readonly entry: string;
  /** What takes the words of the command line, and resolves to the exit code. Missing: it runs when it is loaded, or is never run. */
  readonly main?: string;
  /**
   * In which other file a module is that the file `here` imports lazily: what most starts have no use for. null: in the same
   * one, and it is run when it is asked for.
   */
  readonly placeOf?: (file: string, kind: Bun.ImportKind, here: string) => string | null;
  /** These files, in an order in which each is asked for by those before it. */
  readonly parts?: readonly string[];
}

/** A second copy of some of these would not know what the first one knows (who is whose child, and what is watched). */
const placed =
  (places: Readonly<Record<string, readonly string[]>>, other: string | null) =>
  (file: string): string | null => {
    const found = Object.entries(places).find(([, files]) => files.includes(file));
    return found === undefined ? other : found[0] === HERE ? null : found[0];
  };
const HERE = "";

const below = (folder: string, names: string): readonly string[] =>
  names
    .trim()
    .split(/\s+/u)
    .map((name) => `${folder}/${name}.ts`);

/** Run when it is loaded, by another program of ours, in a process of its own. */
const helper = (folder: string, names: string): Readonly<Record<string, Program>> =>
  Object.fromEntries(
    below(folder, names).map((entry) => [entry.replace(/^.*\/(.+)\.ts$/u, "$1"), { entry }]),
  );

const wrapperPlaces = placed(
  {
    [HERE]: ["src/gate/wrapper/main.ts", ...below("src/os/linux/contain", "cgroup2 hybrid oom-event")],
    // most launches that load more than the first file load only this
    "bun-wrapper-plan": ["src/core/slots/launch-limits.ts"],
  },
  // a kill, a refusal, a report: it would be a third of the memory of a wrapper that only waits
  "bun-wrapper-later",
);

const WATCHDOG_PLACES = {
  [HERE]: [...below("src/cli", "commands plain"), "src/os/linux/start/start.ts"],
  "bun-watchdog-hook": below("src/cli/hook", "alone settings"),
  // both stay, and have no use for the other commands
  "bun-watchdog-monitor": ["src/cli/commands/monitor.ts", "src/os/select.ts"],
  "bun-watchdog-dashboard": ["src/cli/commands/dashboard.ts"],
  "bun-watchdog-setup": ["src/cli/commands/setup.ts"],
  "bun-watchdog-look": below("src/cli/commands", "status cleanup stop"),
  "bun-watchdog-records": below("src/cli/commands", "alerts config history logs maintenance report"),
};
const watchdogPlaces = placed(WATCHDOG_PLACES, "bun-watchdog-rest");

export const PROGRAMS: Readonly<Record<string, Program>> = {
  "fix-runaway-bun": {
    entry: "src/cli/main.ts",
    main: "runCli",
    // what a command imports lazily is in its own file
    placeOf: (file, _, here) => (here === "fix-runaway-bun" ? watchdogPlaces(file) : null),
    parts: [...Object.keys(WATCHDOG_PLACES).filter((part) => part !== HERE), "bun-watchdog-rest"],
  },
  "bun-monitor-service": { entry: "src/cli/monitor-service.ts", main: "runService" },
  "bun-wrapper": {
    entry: "src/gate/wrapper/entry.ts",
    main: "enterWrapper",
    placeOf: (file, kind) => (kind === "dynamic-import" ? wrapperPlaces(file) : null),
    parts: ["bun-wrapper-plan", "bun-wrapper-later"],
  },
  bunctl: {
    entry: "src/cli/bunctl/entry.ts",
    main: "enterBunctl",
    placeOf: placed(
      {
        // needed by the commands that are given most, about apps that are known
        [HERE]: [
          "src/cli/bunctl/main.ts",
          ...below("src/cli/bunctl/commands", "keep logs look restart start steer"),
          "src/os/linux/backend.ts",
          "src/os/linux/start/start.ts",
        ],
        "bunctl-config": [
          ...below("src/cli/bunctl", "altered declared-apps"),
          "src/config/apps/evaluate.ts",
          "src/config/syntax/json-text.ts",
        ],
      },
      "bunctl-later",
    ),
    parts: ["bunctl-config", "bunctl-later"],
  },
  // run as it is, too: that takes less memory than a script that loads it
  "bunctl-daemon": {
    entry: "src/cli/bunctl/run-manager.ts",
    main: "runManager",
    placeOf: placed(
      {
        // every start of an app takes them
        [HERE]: [
          "src/manager/daemon/app-changes.ts",
          "src/os/select.ts",
          "src/os/linux/backend.ts",
          ...below("src/os/linux/contain", "adopt caps cgroup2 container glance hybrid kin run-as"),
          ...below("src/os/linux/start", "exec start"),
        ],
      },
      // what a daemon at rest has no use for: a kill, a limit, a question about ports
      "bunctl-daemon-later",
    ),
    parts: ["bunctl-daemon-later"],
  },
  "bun-isolate": { entry: "src/cli/isolate/main.ts", main: "runIsolate" },
  "benchmark-runner": { entry: "src/cli/isolate/benchmark-runner.ts", main: "runBenchmarkRunner" },
  // one for all programs: Linux has no use for the first, and most configurations for the others
  "bun-watchdog-portable": { entry: "src/os/portable/backend.ts" },
  "bun-watchdog-search": { entry: "src/config/files/search.ts" },
  "bun-watchdog-yaml": { entry: "src/config/syntax/yaml-tree.ts" },
  ...helper("src/os/portable", "bun-watchdog-reader bun-watchdog-tree-kill"),
  ...helper("src/gate/wrapper", "bun-watchdog-counter"),
  ...helper("src/record", "bun-watchdog-log-writer"),
  ...helper("src/app-log/log", "bun-watchdog-log-packer"),
  ...helper("src/history/store", "bun-watchdog-history-writer"),
  ...helper("src/config/apps", "bun-watchdog-app-file"),
  ...helper("src/manager/daemon", "bun-watchdog-app-specs"),
  ...helper("src/manager/foreground", "bun-watchdog-end-jobs"),
  ...helper("src/http/measuring", "bun-watchdog-measuring"),
  ...helper("src/runner/test/inside", "found listing trail"),
  ...helper("src/runner/trial/inside", "measure"),
  ...helper("src/demo", "stage"),
};

/** What other programs import, by the names in package.json's `exports`. */
export const LIBRARIES: Readonly<Record<string, string>> = {
  isolate: "src/runner/index.ts",
  runtime: "src/runtime/index.ts",
  supervisor: "src/supervisor/index.ts",
};
