/** What ending a job takes; loaded when one has to be ended. */
import { openKilling } from "../../host/killing.ts";
import type { KillPorts } from "../../launch/kill-job.ts";
import { openJournal } from "../../record/journal.ts";
import { homeOf } from "../../trust/state.ts";
import { ownUid } from "../../trust/open.ts";
import { statePath } from "../../host/state.ts";

/** In the project's journal, as a monitor's. */
export function killPorts(projectRoot: string): KillPorts {
  const uid = ownUid();
  const options = { uid, home: homeOf(uid, process.env), env: process.env };
  return openKilling(openJournal(statePath({ projectRoot, options }, "journal.jsonl")));
}
