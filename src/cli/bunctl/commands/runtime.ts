/** `runtime`: apps in the foreground, for containers. */
import { existsSync } from "node:fs";
import { isAppFileName } from "../../../config/apps/find.ts";
import type { Declaration } from "../../declaring.ts";
import type { DeclaringFlags } from "../app-files.ts";
import { APP_OPTIONS, FILE_OPTIONS } from "../app-options.ts";
import { appOfScript, appsOfFile } from "../declared-apps.ts";

interface RuntimeFlags extends DeclaringFlags {
  readonly quiet?: boolean;
}

export const runtimeCommand = (args: readonly string[] | null): Declaration => ({
  argument: ["[file]", "a config file, or a file to run; none = the nearest config file"],
  options: [...FILE_OPTIONS, ...APP_OPTIONS, ["-q, --quiet", "say nothing of starts and ends"]],
  examples: [
    ["runtime", "in a Dockerfile: CMD bunctl runtime"],
    ["runtime server.ts -- --port 80", "one file, with its arguments"],
  ],
  exitCodes: [
    ["any", "that of the apps, when all have ended; 128 + n for a signal"],
    ["2", "wrong arguments, or a wrong config file"],
  ],
  run: async (file: string | undefined, flags: RuntimeFlags) => {
    const isScript = file !== undefined && existsSync(file) && !isAppFileName(file);
    const { apps } = isScript
      ? appOfScript(file, flags, args)
      : await appsOfFile(file === undefined ? flags : { ...flags, config: file }, args, true);
    const { runForeground } = await import("../../../manager/foreground/run-foreground.ts");
    return runForeground(apps, (line) => void (flags.quiet === true || console.error(line)));
  },
});
