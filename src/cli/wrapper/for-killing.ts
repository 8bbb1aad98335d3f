/** What ending a job takes; loaded when one has to be ended. */
import { dirname, join } from "node:path";
import { existsSync } from "node:fs";
import type { KillPorts } from "../../job/launch/kill-job.ts";
import { runtimePath } from "../../os/runtime-directory.ts";
import { openControl } from "../../os/select.ts";
import { openFrozenRecord } from "../../record/frozen.ts";
import { openJournal } from "../../record/journal.ts";

/** In the journal of a project that has one or could (a `.kiro`), else in the account's runtime directory. */
export function openKilling(projectRoot: string, runtime: string): KillPorts {
  const control = openControl();
  const own = join(projectRoot, ".kiro", "state", "journal.jsonl");
  const path = existsSync(dirname(dirname(own))) ? own : join(runtime, "journal.jsonl");
  return {
    control,
    frozen: openFrozenRecord(runtimePath(runtime, "frozen", "d"), control),
    journal: openJournal(path),
  };
}
