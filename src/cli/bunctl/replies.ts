/** A command that changes something prints the apps that it was about, then what could not be done. */
import type { AppDocument, ManagerReply } from "../../wire/manager.ts";
import { appTable } from "../../render/apps/table.ts";
import { isRecord } from "../../text/json.ts";
import { maskSecrets, maskText, printable } from "../../text/mask.ts";
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

/**
 * The shell's variables are no property of the app; secrets in what is declared are masked. `env` shows all
 * of it.
 */
export const withoutShell = (document: object): string =>
  JSON.stringify(document, (key, value: unknown) => {
    if (key === "shellEnv") return undefined;
    if (key === "argv" && isTexts(value)) return maskSecrets(value);
    return key === "env" && isRecord(value) ? masked(value) : value;
  });

const masked = (env: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, maskValue(name, String(value))]));

/** Masks the value as it would be masked in a command line. */
const maskValue = (name: string, value: string): string =>
  maskText(`${name}=${value}`).slice(name.length + 1);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
