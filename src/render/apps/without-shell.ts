/** Documents about apps, as they may be shown. */
import { isRecord } from "../../text/json.ts";
import { maskSecrets, maskText } from "../../text/mask.ts";

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
