/** `start`, `startOrRestart`, `startOrReload` and `apply`: what brings apps into being. */
import { isAppFileName } from "../../../config/apps/find.ts";
import { kindOfFile } from "../../../config/apps/which.ts";
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { UsageError } from "../../../text/errors.ts";
import { changeLines } from "../../../render/apps/changes.ts";
import type { ManagerReply, StartOptions } from "../../../wire/manager.ts";
import { JSON_OPTION, type Declaration, type DeclaredOption } from "../../declaring.ts";
import { APP_OPTIONS } from "../app-options.ts";
import {
  appOfScript,
  appsOfFile,
  hasAppFile,
  type DeclaredApps,
  type DeclaringFlags,
} from "../declared-apps.ts";
import { apps, selectionOf, startManager } from "../manager.ts";
import { printReply } from "../replies.ts";

interface StartFlags extends DeclaringFlags {
  readonly script?: string;
  readonly name?: string;
  readonly updateEnv?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** What one word of the command line stands for. */
type Meant =
  /** Declared: in a file, or by options. `again`: what to do with those that run. */
  | {
      readonly declared: readonly AppSpec[];
      readonly ifRunning: StartOptions["ifRunning"];
      readonly source: string | null;
    }
  /** Known to the manager. */
  | { readonly known: string };

const several = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(","),
];

export const FILE_OPTIONS: readonly DeclaredOption[] = [
  ["--config <file>", "this config file, instead of the nearest one"],
  ["--only <names>", "only these apps of the file", several],
  ["--env <name>", "with what env_<name> of the file adds"],
  ["--update-env", "with the environment of this shell"],
];

const fromFile = (
  { apps: declared, source }: DeclaredApps,
  ifRunning: StartOptions["ifRunning"] = "restart",
): Meant => ({
  declared,
  source,
  ifRunning,
});

async function meantBy(word: string, flags: StartFlags, args: readonly string[] | null): Promise<Meant> {
  if (flags.script !== undefined)
    return fromFile(appOfScript(flags.script, { ...flags, name: word }, args), "keep");
  const kind = kindOfFile(word);
  if (kind === "file")
    return isAppFileName(word)
      ? fromFile(await appsOfFile({ ...flags, config: word }, args))
      : fromFile(appOfScript(word, flags, args), "keep");
  if (hasAppFile(flags)) {
    const file = await appsOfFile(flags, args);
    if (word === "all") return fromFile(file);
    const declared = file.apps.filter(({ name }) => name === word);
    if (declared.length > 0) return fromFile({ ...file, apps: declared });
  }
  if ((await apps([word])).failures.length === 0) return { known: word };
  if (kind === "folder") return fromFile(appOfScript(word, flags, args), "keep");
  throw new UsageError(
    `${word} is no file, no app of the config file, and no app that is known. See: bunctl status`,
  );
}

async function allMeant(
  words: readonly string[],
  flags: StartFlags,
  args: readonly string[] | null,
): Promise<Meant[]> {
  if (words.length > 0) return Promise.all(words.map((word) => meantBy(word, flags, args)));
  if (flags.script !== undefined) return [fromFile(appOfScript(flags.script, flags, args), "keep")];
  return [fromFile(await appsOfFile(flags, args))];
}

async function start(
  words: readonly string[],
  flags: StartFlags,
  args: readonly string[] | null,
  ifRunning?: StartOptions["ifRunning"],
): Promise<number> {
  if (flags.force === true)
    throw new UsageError(
      "-f: two apps of one folder cannot share a name. Give this one its own: --name <name>",
    );
  const meant = await allMeant(words, flags, args);
  const manager = await startManager();
  const updateEnv = flags.updateEnv === true;
  const replies: ManagerReply[] = [];
  for (const each of meant) {
    if ("known" in each)
      replies.push(
        await manager.startAgain(selectionOf([each.known]), { ifRunning: ifRunning ?? "restart", updateEnv }),
      );
    else {
      if (each.source !== null && flags.json !== true) console.error(`from ${each.source}`);
      replies.push(await manager.start(each.declared, { ifRunning: ifRunning ?? each.ifRunning, updateEnv }));
    }
  }
  const reply = {
    apps: replies.flatMap((one) => one.apps),
    failures: replies.flatMap(({ failures }) => failures),
  };
  return printReply(reply, flags);
}

export const startCommand = (args: readonly string[] | null): Declaration => ({
  argument: [
    "[what...]",
    "a config file, an app of one, a file to run, or an app that is known; none = the nearest config file",
  ],
  options: [
    ...FILE_OPTIONS,
    ...APP_OPTIONS,
    ["-f, --force", "is refused: an app has a name of its own"],
    JSON_OPTION,
  ],
  examples: [
    ["start", "all apps of the nearest bunctl.json or ecosystem file"],
    ["start api", "one of them"],
    ["start server.ts --name api -- --port 80", "a file, without a config file"],
    ["start api --script app.ts --max-memory 512M", "the same, with a limit"],
  ],
  run: (words: readonly string[], flags: StartFlags) => start(words, flags, args),
});

const startOr = (ifRunning: StartOptions["ifRunning"], name: string): Declaration => ({
  argument: ["[what...]", "a config file, or apps of the nearest one"],
  options: [...FILE_OPTIONS, JSON_OPTION],
  examples: [[`${name} ecosystem.config.js`, "for a deployment"]],
  run: (words: readonly string[], flags: StartFlags) => start(words, flags, null, ifRunning),
});

export const startOrRestartCommand = startOr("restart", "startOrRestart");
export const startOrReloadCommand = startOr("reload", "startOrReload");

interface ApplyFlags extends DeclaringFlags {
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const applyCommand: Declaration = {
  argument: ["[file]", "the config file; none = the nearest one"],
  options: [
    ...FILE_OPTIONS.filter(([flags]) => !flags.startsWith("--only") && !flags.startsWith("--config")),
    ["--prune", "apps of this folder that the file does not have are deleted"],
    ["-n, --dry-run", "show what would change, and change nothing"],
    JSON_OPTION,
  ],
  examples: [
    ["apply --dry-run --prune", "what would change"],
    ["apply", "starts what is new, restarts what has changed, leaves the rest"],
  ],
  run: async (file: string | undefined, flags: ApplyFlags) => {
    const declared = await appsOfFile(file === undefined ? flags : { ...flags, config: file }, null);
    const { prune = false, dryRun = false, json = false } = flags;
    const manager = await startManager();
    const { changes, reply } = await manager.apply(declared.apps, declared.directory, { prune, dryRun });
    if (json)
      console.log(JSON.stringify({ schemaVersion: 1, changes, apps: reply.apps, failures: reply.failures }));
    else console.log(changeLines(changes).join("\n"));
    if (json) return reply.failures.length > 0 ? 1 : 0;
    return dryRun ? 0 : printReply(reply, {});
  },
};
