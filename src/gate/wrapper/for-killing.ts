/** What ending a job takes; loaded when one has to be ended. */
import type { KillPorts } from "../../launch/kill-job.ts";
import { runtimePath } from "../../os/runtime-directory.ts";
import { openControl } from "../../os/select.ts";
import { openFrozenRecord } from "../../record/frozen.ts";
import { openJournal } from "../../record/journal.ts";
import { homeOf } from "../../trust/state.ts";
import { ownUid } from "../../trust/open.ts";
import { statePath } from "../../host/state.ts";

/** In the project's journal, as a monitor's. */
export function openKilling(projectRoot: string, runtime: string): KillPorts {
  const control = openControl();
  const uid = ownUid();
  const options = { uid, home: homeOf(uid, process.env), env: process.env };
  return {
    control,
    frozen: openFrozenRecord(runtimePath(runtime, "frozen", "d"), control),
    journal: openJournal(statePath({ projectRoot, options }, "journal.jsonl")),
  };
}
