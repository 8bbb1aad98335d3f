/** Ending a job needs these ports; they are loaded when a job has to be ended. */
import { openJournal } from "../record/journal.ts";
import { ownUid } from "../trust/open.ts";
import { homeOf } from "../trust/state.ts";
import { openKilling } from "./killing.ts";
import { statePath } from "./state.ts";

/** Writes into the project's journal, as a monitor does. */
export function killPorts(projectRoot: string): ReturnType<typeof openKilling> {
  const uid = ownUid();
  const options = { uid, home: homeOf(uid, process.env), env: process.env };
  return openKilling(openJournal(statePath({ projectRoot, options }, "journal.jsonl")));
}
