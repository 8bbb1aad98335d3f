/** `doctor`: which limits are kept here, and by whom; what the machine lacks. */
import { AREAS, isBroken } from "../../../core/plan/finding.ts";
import { renderFindings } from "../../../doctor/text.ts";
import { probeMachine } from "../../../os/select.ts";
import { whileSaying } from "../../../render/progress.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { findManager } from "../../../host/running-manager.ts";
import { apps } from "../manager.ts";
import { movedNote, strayNotes } from "../notes.ts";

interface DoctorFlags {
  readonly json?: boolean;
}

/** Exit 1 when something is missing that a promise rests on. */
async function examine({ json = false }: DoctorFlags): Promise<number> {
  const found = await whileSaying("trying out what works here", probeMachine);
  const findings = AREAS.flatMap((area) => found.filter((finding) => finding.area === area));
  const manager = await findManager();
  const isFit = !findings.some(isBroken);
  if (json)
    console.log(JSON.stringify({ schemaVersion: 1, ok: isFit, manager: manager?.about ?? null, findings }));
  else {
    console.log(renderFindings(findings));
    console.log(manager === null ? "No manager runs." : `The manager runs: pid ${manager.about.pid}.`);
    const { manager: running, strays } = await apps([]);
    for (const note of [...movedNote(running), ...strayNotes(strays)]) console.log(note);
  }
  return isFit ? 0 : 1;
}

export const appDoctorCommand: Declaration = {
  options: [JSON_OPTION],
  examples: [["doctor", "every finding is tried out here"]],
  run: examine,
};
