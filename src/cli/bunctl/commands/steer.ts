/** The commands that do one thing to the apps that are selected. */
import type { ManagerReply, RestartOptions, Selection } from "../../../wire/manager.ts";
import { JSON_OPTION, type Declaration, type DeclaredOption } from "../../declaring.ts";
import { requireManager, selectionOf, type RunningManager } from "../manager.ts";
import { printReply, type ReplyOptions } from "../replies.ts";
import { shellEnvironment } from "../shell-environment.ts";

type Steer<Options> = (
  manager: RunningManager,
  selection: Selection,
  options: Options,
) => Promise<ManagerReply>;

export const SELECTION = "a name, an id, all, a namespace or a /regex/; several are possible";

interface Steered<Options> {
  readonly options?: readonly DeclaredOption[];
  readonly examples: NonNullable<Declaration["examples"]>;
  readonly steer: Steer<Options>;
}

const steering = <Options extends ReplyOptions>({
  options = [],
  examples,
  steer,
}: Steered<Options>): Declaration => ({
  argument: ["<app...>", SELECTION],
  options: [...options, JSON_OPTION],
  examples,
  // commander gives what is declared above
  run: async (words: readonly string[], given: Options) =>
    printReply(await steer(await requireManager(), selectionOf(words), given), given),
});

interface RestartFlags extends ReplyOptions {
  readonly parallel?: boolean;
  readonly updateEnv?: boolean;
}

const UPDATE_ENV: DeclaredOption = [
  "--update-env",
  "with the environment of this shell, instead of the one before",
];
const PARALLEL: DeclaredOption = ["--parallel", "all instances at once, instead of one after the other"];

const restarting = (how: RestartOptions["how"], examples: Steered<RestartFlags>["examples"]): Declaration =>
  steering<RestartFlags>({
    options: [PARALLEL, UPDATE_ENV],
    examples,
    steer: (manager, selection, { parallel = false, updateEnv = false }) =>
      manager.restart(selection, { how, parallel, shellEnv: updateEnv ? shellEnvironment() : null }),
  });

export const restartCommand = restarting("restart", [
  ["restart api", "stops it and starts it anew"],
  ["restart all --parallel", "all apps at once"],
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

export const scaleCommand: Declaration = {
  argument: ["<app-and-number...>", "an app, and how many instances it is to have: 4, +2, -1"],
  options: [JSON_OPTION],
  examples: [
    ["scale api 4", "four instances"],
    ["scale api +1", "one more"],
  ],
  run: async (words: readonly string[], options: ReplyOptions) => {
    const change = words.at(-1) ?? "";
    return printReply(await (await requireManager()).scale(selectionOf(words.slice(0, -1)), change), options);
  },
};

/** PM2 has both orders: `sendSignal SIGUSR2 api` is its own, `signal` is the seed's neighbour. */
export const signalCommand: Declaration = {
  argument: ["<signal-and-app...>", "a signal (SIGUSR2, USR2, 12), and the apps that get it"],
  options: [JSON_OPTION],
  examples: [["signal SIGUSR2 api", "to its main process"]],
  run: async ([signal = "", ...words]: readonly string[], options: ReplyOptions) =>
    printReply(await (await requireManager()).signal(selectionOf(words), signal), options),
};
