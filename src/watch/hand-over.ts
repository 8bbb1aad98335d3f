/** A second start: the monitor that runs keeps this project's limits too, where it can. */
import type { Loaded } from "../config/load.ts";
import type { RunningMonitor } from "../wire/client.ts";
import type { KeepReport } from "../wire/reports.ts";
import { CommandError } from "../text/errors.ts";
import { limitsInWords } from "../render/limits.ts";
import { describeMonitor } from "../host/running-monitor.ts";
import { shortPath } from "../render/command-name.ts";
import { hanging } from "../render/notes.ts";
import { lineWidth } from "../text/style.ts";
import { typed } from "../trust/typed.ts";

const restart = (): string => `Restart it with: ${typed("monitor --restart")}`;

/** What to tell a person. @throws CommandError when it cannot, or need not */
export async function handOver(running: RunningMonitor, loaded: Loaded): Promise<string> {
  const who = describeMonitor(running);
  const answer = keepsAlready(running, loaded) ?? (await offer(running, loaded, true));
  if (answer === null)
    throw new CommandError(`A monitor already runs: ${who}.\nIts limits are in force. ${restart()}`);
  if (answer.result === "refused")
    throw new CommandError(
      `A monitor already runs: ${who}.\nIt does not take this project: ${answer.because}. ${restart()}`,
    );
  const observes = answer.policy.mode === "observe" ? ", and only reports (mode observe)" : "";
  const now = keepsAlready(running, loaded) === null ? "now " : "";
  return [
    `The running monitor ${now}keeps this project's limits: ${limitsInWords(answer.policy)}${observes}.`,
    `It is ${who}. Its log: ${shortPath(running.about.log)}`,
  ]
    .flatMap((line) => hanging(line, lineWidth()))
    .join("\n");
}

/** It was started in this very project, and does what is asked for; null = not that. */
const keepsAlready = (
  { about: { project, scope, mode, config } }: RunningMonitor,
  { policy, path }: Loaded,
): Extract<KeepReport, { result: "kept" }> | null =>
  project === policy.projectRoot && scope === policy.scope && mode === policy.mode && config === path
    ? { result: "kept", root: project, policy }
    : null;

/** null: it is of this very project, or of another kind than what is asked for, so that there is nothing to offer. */
export async function offer(
  running: RunningMonitor,
  { policy, options }: Loaded,
  reprieve: boolean,
): Promise<KeepReport | null> {
  const { scope, project } = running.about;
  if (scope === "project" || scope === "machine" || project === policy.projectRoot) return null;
  if (policy.scope === "machine" || (policy.scope === "user" && scope !== "user")) return null;
  const { mode = null } = options.flags ?? {};
  return running.keep({ cwd: options.cwd, file: options.file ?? null, mode, reprieve });
}
