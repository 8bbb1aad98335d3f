/** `restart` and `reload`. */
import type { RestartOptions } from "../../../wire/manager.ts";
import { JSON_OPTION, type Declaration, type DeclaredOption } from "../../declaring.ts";
import { namesAppFile } from "../app-files.ts";
import { APP_OPTIONS, FILE_OPTIONS, hasAppFlags } from "../app-options.ts";
import { requireManager, SELECTION, selectionOf } from "../manager.ts";
import { printReply } from "../replies.ts";
import { shellEnvironment } from "../shell-environment.ts";
import { start, type StartFlags } from "./start.ts";

interface RestartFlags extends StartFlags {
  readonly parallel?: boolean;
}

const PARALLEL: DeclaredOption = ["--parallel", "all instances at once, instead of one after the other"];
const RESTART_OPTIONS = APP_OPTIONS.filter(([flags]) => !/--(?:script|name|interpreter) /u.test(flags));

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
  const { altered } = await import("../altered.ts");
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
