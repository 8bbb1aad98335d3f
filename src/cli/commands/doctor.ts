/** `doctor`: what is in force here, what this machine allows, and who else kills. Signals nothing. */
import { AREAS, type Finding, isBroken } from "../../core/plan/finding.ts";
import { probeMachine } from "../../os/select.ts";
import { callers } from "../../doctor/callers.ts";
import { configured, watching } from "../../doctor/configured.ts";
import { historyFindings, records, runtime, unreadable } from "../../doctor/places.ts";
import { renderFindings } from "../../doctor/text.ts";
import { whileSaying } from "../../render/progress.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

async function examine(options: JsonFlags): Promise<readonly Finding[]> {
  const { loaded, findings } = await configured(options);
  const here =
    loaded === null
      ? [runtime()]
      : [
          await watching(loaded),
          ...unreadable(loaded),
          ...records(loaded),
          historyFindings(loaded),
          runtime(),
          callers(loaded.projectRoot),
        ];
  const all = [...(await probeMachine()), ...findings, ...here];
  return AREAS.flatMap((area) => all.filter((finding) => finding.area === area));
}

/** Exit 1 when something is missing that a promise rests on. */
export async function doctor(options: JsonFlags): Promise<number> {
  const findings = await whileSaying("trying out what works here", () => examine(options));
  const isFit = !findings.some(isBroken);
  if (options.json === true) console.log(JSON.stringify({ schemaVersion: 1, ok: isFit, findings }));
  else console.log(renderFindings(findings));
  return isFit ? 0 : 1;
}

export const doctorCommand: Declaration = {
  options: [...CONFIG_OPTIONS, JSON_OPTION],
  examples: [
    ["doctor", "every finding is tried out, not read off a version"],
    ["doctor --json | jq .findings", "for scripts; exit 1 when something needed is missing"],
  ],
  exitCodes: [
    ["0", "every promise can be kept here"],
    ["1", "something is missing that a promise rests on"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: doctor,
};
