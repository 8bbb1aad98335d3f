/** The commands that only look: none of them starts a manager. */
import { describeInstance } from "../../../render/apps/describe.ts";
import { pm2List } from "../../../render/apps/pm2.ts";
import { appsInLines, BY_ID, instanceRows, sortingBy, type Sorting } from "../../../render/apps/table.ts";
import { withoutShell } from "../../../render/apps/without-shell.ts";
import type { AppsDocument } from "../../../wire/manager.ts";
import { instanceEnvironment } from "../../../core/app/instance-environment.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { outputWidth } from "../../printing.ts";
import { apps, SELECTION } from "../manager.ts";
import { NONE_RUNS } from "../exit-codes.ts";
import { appNotes, withoutManager } from "../notes.ts";

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly sort?: Sorting;
}

const SOME: NonNullable<Declaration["argument"]> = ["[app...]", `${SELECTION}; none = all`];
const ONE: NonNullable<Declaration["argument"]> = ["<app...>", SELECTION];

/** Says what is no app; exit 1 then. */
function withFailures({ failures }: AppsDocument): number {
  for (const failure of failures) console.error(`error: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

async function status(words: readonly string[], { json, watch, sort }: StatusOptions): Promise<number> {
  if (watch === true) return (await import("../watch.ts")).watchManager(words, sort ?? BY_ID);
  const seen = await apps(words);
  if (json === true) {
    console.log(withoutShell(seen));
    return seen.failures.length > 0 ? 1 : 0;
  }
  const stopped = seen.manager === null && seen.failures.length === 0 ? withoutManager() : [];
  const lines = stopped.length > 0 ? stopped : appsInLines(seen, outputWidth(), sort);
  console.log([...lines, ...appNotes(seen)].join("\n"));
  return withFailures(seen);
}

export const listCommand: Declaration = {
  argument: SOME,
  options: [
    JSON_OPTION,
    ["-w, --watch", "a live table; q leaves it"],
    [
      "--sort <order>",
      "by id, name, memory, cpu, uptime or restarts; name:desc = the other way round",
      sortingBy,
    ],
  ],
  examples: [
    ["status", "a row for each instance"],
    ["status --json | jq '.apps[].spec.name'", "for scripts"],
  ],
  run: status,
};

async function describe(words: readonly string[], { json }: StatusOptions): Promise<number> {
  const seen = await apps(words);
  if (json === true) console.log(withoutShell(seen));
  else if (seen.apps.length > 0)
    console.log(
      instanceRows(seen.apps)
        .map(({ app, instance }) => describeInstance(app, instance, seen.at).join("\n"))
        .join("\n\n"),
    );
  return withFailures(seen);
}

export const describeCommand: Declaration = {
  argument: ONE,
  options: [JSON_OPTION],
  examples: [["describe api", "limits, files, last exit, last lines on standard error"]],
  run: describe,
};

export const jlistCommand: Declaration = {
  examples: [["jlist", "PM2's list, as JSON"]],
  run: async () => {
    const seen = await apps([]);
    console.log(JSON.stringify(pm2List(seen)));
    return withFailures(seen);
  },
};

const INSPECT_DEPTH = 10;

export const prettylistCommand: Declaration = {
  examples: [["prettylist", "PM2's list, as JavaScript prints it"]],
  run: async () => {
    const [{ inspect }, seen] = await Promise.all([import("node:util"), apps([])]);
    console.log(
      inspect(pm2List(seen), { depth: INSPECT_DEPTH, maxArrayLength: null, maxStringLength: null }),
    );
    return withFailures(seen);
  },
};

export const pidCommand: Declaration = {
  argument: SOME,
  examples: [["pid api", "of each of its instances, a line each"]],
  run: async (words: readonly string[]) => {
    const seen = await apps(words);
    for (const { instance } of instanceRows(seen.apps)) console.log(String(instance.root?.pid ?? 0));
    return withFailures(seen);
  },
};

export const idCommand: Declaration = {
  argument: ONE,
  examples: [["id api", "as JSON: [ 0, 1 ]"]],
  run: async (words: readonly string[]) => {
    const seen = await apps(words);
    const ids = instanceRows(seen.apps).map(({ instance }) => instance.id);
    console.log(ids.length === 0 ? "[]" : `[ ${ids.join(", ")} ]`);
    return withFailures(seen);
  },
};

export const envCommand: Declaration = {
  argument: ["<app>", "a name or an id"],
  options: [JSON_OPTION],
  examples: [["env api", "the environment of its first instance"]],
  run: async (word: string, { json }: StatusOptions) => {
    const seen = await apps([word]);
    const [row] = instanceRows(seen.apps);
    if (row === undefined) return withFailures(seen);
    const env = instanceEnvironment(row.app.spec, row.instance.number);
    if (json === true) console.log(JSON.stringify(env));
    else
      for (const [name, value] of Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        console.log(`${name}: ${value}`);
    return 0;
  },
};

export const pingCommand: Declaration = {
  examples: [["ping", "says whether a manager runs; starts none"]],
  exitCodes: NONE_RUNS,
  run: async () => {
    const { manager } = await apps([]);
    console.log(manager === null ? "No manager runs." : `{ msg: 'pong' }`);
    return manager === null ? 1 : 0;
  },
};
