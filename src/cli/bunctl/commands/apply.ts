/** `apply`: makes what runs equal to a config file, and says first what that changes. */
import { changeLines } from "../../../render/apps/changes.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import type { DeclaringFlags } from "../app-files.ts";
import { FILE_OPTIONS } from "../app-options.ts";
import { appsOfFile } from "../declared-apps.ts";
import { startManager } from "../manager.ts";
import { printReply } from "../replies.ts";

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
    return printReply({ ...reply, apps: dryRun ? [] : reply.apps }, {});
  },
};
