/** Lines below the table: what a person has to know of the manager and of apps, and the next move. */
import { existsSync } from "node:fs";
import { printable } from "../../text/mask.ts";
import { typed } from "../../trust/typed.ts";
import type { AppsDocument } from "../../wire/manager.ts";

export const appNotes = ({ manager, apps }: AppsDocument): readonly string[] => [
  ...movedNote(manager),
  ...apps.flatMap(({ spec, brokenConfig }) =>
    brokenConfig === undefined
      ? []
      : `${printable(spec.name)} goes on as it was declared before, since its config file is broken: ${firstLine(brokenConfig)}`,
  ),
];

/** `npx` and a removed project leave a manager whose files are gone: what it has not loaded yet it cannot do any more. */
export const movedNote = (manager: AppsDocument["manager"]): readonly string[] => {
  const program = manager?.program ?? "";
  if (program === "" || existsSync(program)) return [];
  return [
    `The manager runs ${printable(program)}, which is gone. Go on with this one; apps run on meanwhile: ${typed("daemon upgrade", "bunctl")}`,
  ];
};

const firstLine = (text: string): string => printable(text.split("\n", 1)[0] ?? "");
