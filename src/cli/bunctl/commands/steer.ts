/** The commands that do one thing to the apps that are selected. */
import type { ManagerReply, Selection } from "../../../wire/manager.ts";
import { UsageError } from "../../../text/errors.ts";
import { typed } from "../../../trust/typed.ts";
import { JSON_OPTION, type Declaration, type DeclaredOption } from "../../declaring.ts";
import { namesAppFile, type DeclaringFlags } from "../app-files.ts";
import { FILE_OPTIONS } from "../app-options.ts";
import type { RunningManager } from "../../../host/running-manager.ts";
import { requireManager, SELECTION, selectionOf } from "../manager.ts";
import { printReply, type ReplyOptions } from "../replies.ts";

type Steer<Options> = (
  manager: RunningManager,
  selection: Selection,
  options: Options,
) => Promise<ManagerReply>;

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
    return printReply(await steer(manager, selectionOf(await meant(words, given, manager)), given), given);
  },
});

/** The known apps that are meant: of a config file, those that it declares. */
async function meant(
  words: readonly string[],
  flags: DeclaringFlags,
  manager: RunningManager,
): Promise<readonly string[]> {
  if (!words.some(namesAppFile)) return words;
  const { withIds } = await import("../declared-apps.ts");
  return withIds(words, flags, (await manager.apps(null)).apps);
}

/** The options that concern a config file that is named. */
const OF_FILE: readonly DeclaredOption[] = FILE_OPTIONS.filter(([flags]) => /^--(?:only|env) /u.test(flags));

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
    if (!/^[+-]?\d+$/u.test(change))
      throw new UsageError(
        `"${change}" is no number of instances. Write: ${typed(`scale ${words[0] ?? "<app>"} 4`, "bunctl")}, or +1, or -1`,
      );
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
