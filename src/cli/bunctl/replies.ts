/** A command that changes something prints the apps that it was about, then what could not be done. */
import type { AppDocument, ManagerReply } from "../../wire/manager.ts";
import { appTable } from "../../render/apps/table.ts";
import { withoutShell } from "../../render/apps/without-shell.ts";
import { printable } from "../../text/mask.ts";
import { strayWords } from "../../text/wording.ts";
import { outputWidth } from "../printing.ts";

export interface ReplyOptions {
  readonly json?: boolean;
}

/** Resolves to the exit code: 1 when something could not be done. */
export function printReply(reply: ManagerReply, { json = false }: ReplyOptions): number {
  const { apps, failures, strays = [] } = reply;
  if (json) console.log(withoutShell({ schemaVersion: 1, ...reply }));
  else {
    if (apps.length > 0) printApps(apps);
    for (const failure of failures) console.error(`error: ${failure}`);
    for (const { pid, command } of strays) console.error(`warning: ${strayWords(pid, printable(command))}`);
  }
  return failures.length > 0 ? 1 : 0;
}

const printApps = (apps: readonly AppDocument[]): void =>
  console.log(appTable({ apps, at: Date.now() }, outputWidth()).join("\n"));
