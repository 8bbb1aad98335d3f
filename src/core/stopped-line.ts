/** What the terminal of a victim is told: by whom, why, where, and where to read on. One printable line. */
import { printable } from "./mask.ts";
import type { ProcessSample } from "./process.ts";
import { withRemedy } from "./remedy.ts";
import type { Verdict } from "./verdict.ts";

const [MOST_COMMAND, MOST_EVIDENCE, MOST_PATH] = [100, 300, 200];

export function stoppedLine(
  { id, command, cwd }: Pick<ProcessSample, "id" | "command" | "cwd">,
  verdict: Pick<Verdict, "rule" | "evidence">,
  project: string | null,
): string {
  const folder = project === null ? cwd : project;
  const where =
    folder === null
      ? ""
      : `; ${project === null ? "it worked in" : "project"} ${printable(folder, MOST_PATH)}`;
  const what = `${printable(command, MOST_COMMAND)} (pid ${id.pid})`;
  return `bun-watchdog stopped ${what}: ${printable(withRemedy(verdict), MOST_EVIDENCE)}${where}; see bun-watchdog logs`;
}
