/** `logs`: what apps have written. It reads the files, and needs no manager. */
import type { LogFormat } from "../../../app-log/read/format.ts";
import { readLogs } from "../../../app-log/read/read-logs.ts";
import { logOwner, logSources, type LogOwner } from "../../../app-log/read/sources.ts";
import type { Stream } from "../../../app-log/files.ts";
import { CommandError, UsageError } from "../../../text/errors.ts";
import { typed } from "../../../trust/typed.ts";
import { ServiceError } from "../../../wire/client.ts";
import { outputDirectory } from "../../../host/manager-places.ts";
import { instanceRows } from "../../../render/apps/table.ts";
import { writeOut } from "../../printing.ts";
import { countOption, sinceOption } from "../../values.ts";
import { type Declaration, type DeclaredOption } from "../../declaring.ts";
import { hasAppFile } from "../app-files.ts";
import { apps, SELECTION, selectionOf } from "../manager.ts";

interface LogsFlags {
  readonly follow?: boolean;
  readonly lines: number;
  readonly out?: boolean;
  readonly err?: boolean;
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly since?: number;
}

interface Owners {
  readonly owning: readonly LogOwner[];
  readonly failures: readonly string[];
}

/** Returns the owners among the apps that a manager knows, whether it answers or not. */
async function owners(words: readonly string[]): Promise<Owners> {
  try {
    return await askedOrDeclared(words);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    console.error(`warning: ${error.message}\n${MAY_LACK}`);
  }
  const { keptApps } = await import("../../../manager/daemon/kept-apps.ts");
  const { apps: kept, failures } = keptApps(selectionOf(words), await pidNamespace());
  const owning = kept.flatMap(({ spec, instances }) =>
    instances.map(({ id, number }) => logOwner(spec, id, number)),
  );
  return { owning, failures };
}

const MAY_LACK = "What follows is in the log files already; the newest lines may be missing.";

const pidNamespace = async (): Promise<string> =>
  (await import("../../../os/select-containers.ts")).thisProcess().pidNamespace;

/** If no manager runs, the owners are among the apps that the nearest config file declares. */
async function askedOrDeclared(words: readonly string[]): Promise<Owners> {
  const { manager, apps: known, failures } = await apps(words);
  if (manager !== null) {
    const owning = instanceRows(known).map(({ app, instance: { id, number } }) =>
      logOwner(app.spec, id, number),
    );
    return { owning, failures };
  }
  if (!hasAppFile({})) return { owning: [], failures };
  const { appsOfFile } = await import("../declared-apps.ts");
  const { apps: declared } = await appsOfFile({}, null);
  const wanted = declared.filter(
    ({ name }) => words.length === 0 || words.includes("all") || words.includes(name),
  );
  const owning = wanted.flatMap((app, id) =>
    Array.from({ length: app.instances }, (_, number) => logOwner(app, id, number)),
  );
  return { owning, failures: owning.length > 0 ? [] : failures };
}

function formatOf({ json, raw }: LogsFlags): LogFormat {
  if (json === true && raw === true)
    throw new UsageError("--json is for programs, --raw is the bytes as they are: choose one.");
  return json === true ? "json" : raw === true ? "raw" : "people";
}

function streamsOf({ out, err }: LogsFlags): readonly Stream[] {
  if (out === true && err !== true) return ["out"];
  return err === true && out !== true ? ["err"] : ["out", "err"];
}

/** Ends at Ctrl-C, and when nobody reads any more. */
async function printLogs(words: readonly string[], flags: LogsFlags): Promise<number> {
  const { owning, failures } = await owners(words);
  for (const failure of failures) console.error(`error: ${failure}`);
  if (owning.length === 0 && failures.length > 0) return 1;
  if (owning.length === 0) throw new CommandError(`No app here is known. See: ${typed("status", "bunctl")}`);
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end.abort());
  const pieces = readLogs({
    sources: logSources(owning, streamsOf(flags)),
    directory: outputDirectory(await pidNamespace()),
    lines: flags.lines,
    sinceMs: flags.since ?? null,
    format: formatOf(flags),
    follow: flags.follow === true,
    signal: end.signal,
  });
  let isEmpty = true;
  for await (const piece of pieces) {
    isEmpty = false;
    if (!writeOut(piece)) break;
  }
  if (isEmpty && !end.signal.aborted) console.error(nothingYet(flags));
  return failures.length > 0 ? 1 : 0;
}

const nothingYet = ({ since }: LogsFlags): string =>
  since === undefined
    ? `Nothing has been written yet. What runs: ${typed("status", "bunctl")}`
    : "Nothing has been written since then.";

const LINES = 15;

const OPTIONS: readonly DeclaredOption[] = [
  ["-f, --follow", "wait for what comes"],
  ["--lines <count>", "the last so many", countOption, LINES],
  ["--out", "standard output alone"],
  ["--err", "standard error alone"],
  ["--since <when>", "from then on: 10m, 2h, a date", sinceOption],
  ["--json", "one JSON object per line"],
  ["--raw", "the bytes as they were written"],
  ["--nostream", "do not follow (the default; PM2 follows)"],
];

export const appLogsCommand: Declaration = {
  argument: ["[app...]", `${SELECTION}; none = all`],
  options: OPTIONS,
  examples: [
    ["logs api --lines 100", "its last 100 lines, both streams"],
    ["logs --follow", "of all apps, as they come"],
    ["logs api --since 10m --err --json", "for programs"],
  ],
  run: printLogs,
};
