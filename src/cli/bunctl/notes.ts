/** Lines below the table: what a person has to know of the manager and of apps, and the next move. */
import { existsSync } from "node:fs";
import { savedNames } from "../../host/manager-places.ts";
import { printable } from "../../text/mask.ts";
import { strayWords } from "../../text/wording.ts";
import { typed } from "../../trust/typed.ts";
import type { AppsDocument } from "../../wire/manager.ts";
import { hasAppFile } from "./app-files.ts";

export const appNotes = ({ manager, apps, strays }: AppsDocument): readonly string[] => [
  ...movedNote(manager),
  ...strayNotes(strays),
  ...apps.flatMap(({ spec, brokenConfig }) =>
    brokenConfig === undefined
      ? []
      : `${printable(spec.name)} goes on as it was declared before, since its config file is broken: ${firstLine(brokenConfig)}`,
  ),
];

export const strayNotes = (strays: AppsDocument["strays"] = []): readonly string[] =>
  strays.map(({ pid, command }) => strayWords(pid, printable(command)));

/** No manager runs, and none has left anything: these apps a person may look for. Empty: there are none. */
export function withoutManager(): readonly string[] {
  const saved = savedNames();
  if (saved.length > 0)
    return [
      "No manager runs. Stopped, and kept by save:",
      ...saved.map((name) => `  ${printable(name)}`),
      `Start them: ${typed("resurrect", "bunctl")}`,
    ];
  if (!hasAppFile({})) return [];
  return [
    `No manager runs, so what the config file here declares is stopped. Start it: ${typed("start", "bunctl")}`,
  ];
}

/** `npx` and a removed project leave a manager whose files are gone: what it has not loaded yet it cannot do any more. */
export const movedNote = (manager: AppsDocument["manager"]): readonly string[] => {
  const program = manager?.program ?? "";
  if (program === "" || existsSync(program)) return [];
  return [
    `The manager runs ${printable(program)}, which is gone. Go on with this one; apps run on meanwhile: ${typed("daemon upgrade", "bunctl")}`,
  ];
};

const firstLine = (text: string): string => printable(text.split("\n", 1)[0] ?? "");
