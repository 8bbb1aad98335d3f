/** `start`, `startOrRestart`, `startOrReload`: what brings apps into being. An app that is known needs no config file. */
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { specDifferences } from "../../../core/app/difference.ts";
import { kindOfFile } from "../../../config/files/directories.ts";
import { CommandError, UsageError } from "../../../text/errors.ts";
import { nearest } from "../../../text/nearest.ts";
import { typed } from "../../../trust/typed.ts";
import type { ManagerReply, StartOptions } from "../../../wire/manager.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { hasAppFile, namesAppFile, type DeclaringFlags } from "../app-files.ts";
import { APP_OPTIONS, FILE_OPTIONS, hasAppFlags } from "../app-options.ts";
import type { DeclaredApps } from "../declared-apps.ts";
import { knownApps, selectionOf, startManager } from "../manager.ts";
import { printReply } from "../replies.ts";

type Declaring = typeof import("../declared-apps.ts");
const declaring = (): Promise<Declaring> => import("../declared-apps.ts");

export interface StartFlags extends DeclaringFlags {
  readonly script?: string;
  readonly name?: string;
  readonly updateEnv?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** One word of the command line stands for one of these. */
type Meant =
  /** Declared: in a file, or by options. `ifRunning`: what to do with those that run. */
  | {
      readonly declared: readonly AppSpec[];
      readonly ifRunning: StartOptions["ifRunning"];
      readonly source: string | null;
    }
  /** Known to the manager. */
  | { readonly known: string }
  /** Known, and to have as many instances more. */
  | { readonly more: AppSpec };

const fromFile = (
  { apps: declared, source }: DeclaredApps,
  ifRunning: StartOptions["ifRunning"] = "restart",
): Meant => ({
  declared,
  source,
  ifRunning,
});

const appsOfFile = async (...given: Parameters<Declaring["appsOfFile"]>): Promise<DeclaredApps> =>
  (await declaring()).appsOfFile(...given);
const appOfScript = async (...given: Parameters<Declaring["appOfScript"]>): Promise<DeclaredApps> =>
  (await declaring()).appOfScript(...given);

async function meantBy(word: string, flags: StartFlags, args: readonly string[] | null): Promise<Meant> {
  if (flags.script !== undefined) return declaredAnew(flags.script, { ...flags, name: word }, args);
  if (namesAppFile(word)) return fromFile(await appsOfFile({ ...flags, config: word }, args));
  const kind = kindOfFile(word);
  if (kind === "file") return meantByScript(await appOfScript(word, flags, args), flags);
  if (hasAppFile(flags)) {
    const file = await appsOfFile(flags, args);
    if (word === "all") return fromFile(file);
    const declared = file.apps.filter(({ name }) => name === word);
    if (declared.length > 0) return fromFile({ ...file, apps: declared });
  }
  const seen = await knownApps([word]);
  if (seen.failures.length === 0) {
    if (!hasAppFlags(flags, args)) return { known: word };
    const { altered } = await import("../altered.ts");
    const declared = seen.apps.map(({ spec }) => altered(spec, flags, args));
    return { declared, source: null, ifRunning: "restart" };
  }
  if (kind === "folder" || /\s/u.test(word) || Bun.which(word) !== null)
    return meantByScript(await appOfScript(word, flags, args), flags);
  throw new UsageError(
    `${word} is no file, no program, no app of the config file, and no app that is known. ${await nextFor(word, flags)}`,
  );
}

/** The app that was probably meant, else where to look. */
async function nextFor(word: string, flags: StartFlags): Promise<string> {
  const declared = hasAppFile(flags) ? (await appsOfFile(flags, null)).apps : [];
  const known = (await knownApps([])).apps.map(({ spec }) => spec);
  const meant = nearest(
    word,
    [...declared, ...known].map(({ name }) => name),
  );
  return meant === null ? `See: ${typed("status", "bunctl")}` : `Did you mean ${meant}?`;
}

/** `--script` says what the app of that name is: it runs on where nothing is different, else it is restarted. */
async function declaredAnew(
  script: string,
  flags: StartFlags,
  args: readonly string[] | null,
): Promise<Meant> {
  const made = await appOfScript(script, flags, args);
  const running = await runningAs(made);
  const isSame = made.apps.every((spec) => running !== null && specDifferences(running, spec).length === 0);
  return fromFile(made, isSame ? "keep" : "restart");
}

/** This is PM2's rule: an app that runs already is not started again by its file, but by its name. */
async function meantByScript(made: DeclaredApps, { force = false }: StartFlags): Promise<Meant> {
  const [spec] = made.apps;
  const running = await runningAs(made);
  if (spec === undefined || running === null) return fromFile(made, "keep");
  if (programOf(running) !== programOf(spec))
    throw new CommandError(
      `${spec.name} runs, and it is another program: ${running.argv.join(" ")}. Give this one a name of its own: --name <name>`,
    );
  if (force) return { more: spec };
  throw new CommandError(
    `${spec.name} runs already. Restart it: ${typed(`restart ${spec.name}`, "bunctl")}; one more instance of it: -f`,
  );
}

const programOf = ({ script, argv }: AppSpec): string => script ?? argv.join("\0");

/** The app of that name, as it is declared now; null: it does not run. */
async function runningAs({ apps: [made] }: DeclaredApps): Promise<AppSpec | null> {
  const seen = await knownApps([]);
  const known = seen.apps.find(({ spec }) => spec.name === made?.name && spec.directory === made.directory);
  return known?.instances.some(({ state }) => state !== "stopped") === true ? known.spec : null;
}

async function allMeant(
  words: readonly string[],
  flags: StartFlags,
  args: readonly string[] | null,
): Promise<Meant[]> {
  if (words.length > 0) return Promise.all(words.map((word) => meantBy(word, flags, args)));
  if (flags.script !== undefined) return [await declaredAnew(flags.script, flags, args)];
  return [fromFile(await appsOfFile(flags, args))];
}

export async function start(
  words: readonly string[],
  flags: StartFlags,
  args: readonly string[] | null,
  ifRunning?: StartOptions["ifRunning"],
): Promise<number> {
  const meant = await allMeant(words, flags, args);
  const manager = await startManager();
  const updateEnv = flags.updateEnv === true;
  const replies: ManagerReply[] = [];
  for (const each of meant) {
    if ("known" in each)
      replies.push(
        await manager.startAgain(selectionOf([each.known]), { ifRunning: ifRunning ?? "restart", updateEnv }),
      );
    else if ("more" in each) {
      const { name, directory, instances } = each.more;
      replies.push(await manager.scale({ words: [name], directory }, `+${instances}`));
    } else {
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
    ["-f, --force", "of an app that runs, one more instance (or -i of them)"],
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
