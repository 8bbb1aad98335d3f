/** The commands that do one thing to the apps that are selected. */
import type { ManagerReply, RestartOptions, Selection } from "../../../wire/manager.ts";
import { UsageError } from "../../../text/errors.ts";
import { typed } from "../../../trust/typed.ts";
import { JSON_OPTION, type Declaration, type DeclaredOption } from "../../declaring.ts";
import { requireManager, selectionOf, type RunningManager } from "../manager.ts";
import { printReply, type ReplyOptions } from "../replies.ts";
import { shellEnvironment } from "../shell-environment.ts";
import { altered, hasAppFlags } from "../altered.ts";
import { APP_OPTIONS } from "../app-options.ts";
import { namesAppFile, selected, type DeclaringFlags } from "../declared-apps.ts";
import { FILE_OPTIONS, start, type StartFlags } from "./start.ts";

type Steer<Options> = (
  manager: RunningManager,
  selection: Selection,
  options: Options,
) => Promise<ManagerReply>;

export const SELECTION =
  "a name, an id, all, a namespace, a /regex/ or the file it runs; several are possible";

interface Steered<Options> {
  readonly options?: readonly DeclaredOption[];
  readonly examples: NonNullable<Declaration["examples"]>;
  readonly steer: Steer<Options>;
}

const steering = <Options extends ReplyOptions & DeclaringFlags>({
  options = [],
  examples,
  steer,
}: Steered<Options>): Declaration => ({
  argument: ["<app...>", SELECTION],
  options: [...options, ...OF_FILE, JSON_OPTION],
  examples,
  // commander gives what is declared above
  run: async (words: readonly string[], given: Options) => {
    const manager = await requireManager();
    return printReply(await steer(manager, await selected(words, given), given), given);
  },
});

/** The options that concern a config file that is named. */
const OF_FILE: readonly DeclaredOption[] = FILE_OPTIONS.filter(([flags]) => /^--(?:only|env) /u.test(flags));

interface RestartFlags extends StartFlags {
  readonly parallel?: boolean;
}

const PARALLEL: DeclaredOption = ["--parallel", "all instances at once, instead of one after the other"];
const RESTART_OPTIONS = APP_OPTIONS.filter(([flags]) => !/--(?:script|name|interpreter)/u.test(flags));

/**
 * If a config file is named, its apps that are not known yet are started. Options change the apps that are
 * known.
 */
async function restart(
  how: RestartOptions["how"],
  words: readonly string[],
  flags: RestartFlags,
  args: readonly string[] | null,
): Promise<number> {
  const isNew = words.some(namesAppFile);
  if (isNew) return start(words, flags, args, how);
  const manager = await requireManager();
  const { parallel = false, updateEnv = false } = flags;
  if (!hasAppFlags(flags, args))
    return printReply(
      await manager.restart(selectionOf(words), {
        how,
        parallel,
        shellEnv: updateEnv ? shellEnvironment() : null,
      }),
      flags,
    );
  const seen = await manager.apps(selectionOf(words));
  const specs = seen.apps.map(({ spec }) => ({
    ...altered(spec, flags, args),
    shellEnv: updateEnv ? shellEnvironment() : spec.shellEnv,
  }));
  const reply = await manager.start(specs, { ifRunning: how, updateEnv });
  return printReply({ ...reply, failures: [...seen.failures, ...reply.failures] }, flags);
}

const restarting =
  (how: RestartOptions["how"], examples: NonNullable<Declaration["examples"]>) =>
  (args: readonly string[] | null): Declaration => ({
    argument: ["<app...>", `${SELECTION}, or a config file`],
    options: [PARALLEL, ...FILE_OPTIONS, ...RESTART_OPTIONS, JSON_OPTION],
    examples,
    run: (words: readonly string[], flags: RestartFlags) => restart(how, words, flags, args),
  });

export const restartCommand = restarting("restart", [
  ["restart api", "stops it and starts it anew"],
  ["restart all --parallel", "all apps at once"],
  ["restart api --max-memory 1G", "with another limit from now on"],
]);

export const reloadCommand = restarting("reload", [
  ["reload api", "the next instance is ready before the old one stops"],
]);

export const stopAppsCommand = steering({
  examples: [
    ["stop api", "SIGTERM, 10 s, SIGKILL, for all of it"],
    ["stop all", "every app; they stay in the list"],
  ],
  steer: (manager, selection) => manager.stopApps(selection),
});

export const deleteCommand = steering({
  examples: [["delete api", "stops it and forgets it"]],
  steer: (manager, selection) => manager.remove(selection),
});

export const resetCommand = steering({
  examples: [["reset all", "the counts of restarts begin anew"]],
  steer: (manager, selection) => manager.reset(selection),
});

export const flushCommand: Declaration = {
  argument: ["[app...]", `${SELECTION}; none = all`],
  options: [JSON_OPTION],
  examples: [["flush api", "empties its log files"]],
  run: async (words: readonly string[], options: ReplyOptions) =>
    printReply(await (await requireManager()).flush(selectionOf(words)), options),
};

export const reloadLogsCommand: Declaration = {
  options: [JSON_OPTION],
  examples: [["reloadLogs", "puts every log file aside and begins a new one"]],
  run: async (options: ReplyOptions) =>
    printReply(await (await requireManager()).rotateLogs(selectionOf([])), options),
};

/** Whoever forgets the app does not mean all of them. @throws UsageError */
function named(words: readonly string[], usage: string): readonly string[] {
  if (words.length > 0) return words;
  throw new UsageError(`No app is named. Write: ${typed(usage, "bunctl")}`);
}

export const scaleCommand: Declaration = {
  argument: ["<app-and-number...>", "an app, and how many instances it is to have: 4, +2, -1"],
  options: [JSON_OPTION],
  examples: [
    ["scale api 4", "four instances"],
    ["scale api +1", "one more"],
  ],
  run: async (words: readonly string[], options: ReplyOptions) => {
    const change = words.at(-1) ?? "";
    const selection = selectionOf(named(words.slice(0, -1), `scale <app> ${change}`));
    return printReply(await (await requireManager()).scale(selection, change), options);
  },
};

/** PM2 has both orders: `sendSignal SIGUSR2 api` is its own, `signal` is the seed's neighbour. */
export const signalCommand: Declaration = {
  argument: ["<signal-and-app...>", "a signal (SIGUSR2, USR2, 12), and the apps that get it"],
  options: [JSON_OPTION],
  examples: [["signal SIGUSR2 api", "to its main process"]],
  run: async ([signal = "", ...words]: readonly string[], options: ReplyOptions) => {
    const selection = selectionOf(named(words, `signal ${signal} <app>`));
    return printReply(await (await requireManager()).signal(selection, signal), options);
  },
};
