/**
 * Reads one app of a file key by key, and gives what it declares, in the units of the core, or every mistake
 * with its place.
 */
import { nearest } from "../../text/nearest.ts";
import { printableValue } from "../schema/printable.ts";
import { isRecord } from "../../text/json.ts";
import type { Path } from "../syntax/document.ts";
import type { AppPlace, Findings } from "./findings.ts";
import { APP_KEYS, type AppKeyName, type Declared, keyNamed, knownKeys, nearbyKeys } from "./keys/all.ts";
import { pm2Only } from "./keys/pm2-only.ts";
import { type Variables, variables } from "./keys/program.ts";
import { type ValueKind, Refusal } from "./kind.ts";

export interface DeclaredApp {
  readonly declared: Declared;
  /** The variables by the name of their environment: those of `env_production` stand under "production". */
  readonly environments: ReadonlyMap<string, Variables>;
  /** The spelling that each key has in the file. */
  readonly spelling: ReadonlyMap<AppKeyName, string>;
  readonly path: Path;
}

/** null: the value is not an object. Mistakes are among the findings. */
export function declareApp(
  value: unknown,
  path: Path,
  place: AppPlace,
  findings: Findings,
): DeclaredApp | null {
  if (!isRecord(value) || Array.isArray(value)) {
    const message = `${printableValue(value)} is not an object`;
    findings.error(place, path, { code: "wrong-type", message, value, allowed: "an app, as an object" });
    return null;
  }
  const declared = new Map<AppKeyName, unknown>();
  const spelling = new Map<AppKeyName, string>();
  const environments = new Map<string, Variables>();
  const read = <Value>(kind: ValueKind<Value>, given: unknown, key: string): Value | undefined => {
    const found = kind.read(given);
    if (!(found instanceof Refusal)) return found;
    refuse(found, given, [...path, key], kind.allowed, place, findings);
    return undefined;
  };
  for (const [key, given] of Object.entries(value)) {
    // PM2 takes null for "not said", and so does everybody who writes `condition ? value : null`
    if (given === null || given === undefined) continue;
    const name = keyNamed(key);
    if (name === null) {
      const environment = /^env_(?<name>\S+)$/u.exec(key)?.groups?.["name"];
      const found = environment === undefined ? undefined : read(variables, given, key);
      if (environment === undefined) strayKey(key, given, [...path, key], place, findings);
      else if (found !== undefined) environments.set(environment, found);
      continue;
    }
    const first = spelling.get(name);
    if (first !== undefined) {
      saidTwice(name, [first, key], [value[first], given], [...path, key], place, findings);
      if (key !== name) continue;
    }
    const found = read<unknown>(APP_KEYS[name].kind, given, key);
    if (found === undefined) continue;
    declared.set(name, found);
    spelling.set(name, key);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was read by the kind of its key
  return { declared: Object.fromEntries(declared) as Declared, environments, spelling, path };
}

function refuse(
  { why, path: inner }: Refusal,
  given: unknown,
  path: Path,
  allowed: string,
  place: AppPlace,
  findings: Findings,
): void {
  const value = inner.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), given);
  const code = /^is (?:not an? |neither )/u.test(why) ? "wrong-type" : "bad-value";
  // a list of variables may hold a secret
  const shown = inner.length > 0 && allowed === variables.allowed ? "the value" : printableValue(value);
  findings.error(place, [...path, ...inner], { code, message: `${shown} ${why}`, allowed });
}

/** If a key is given in several spellings, its own name comes first, as in PM2. */
function saidTwice(
  name: AppKeyName,
  [first, second]: readonly [string, string],
  [one, other]: readonly [unknown, unknown],
  path: Path,
  place: AppPlace,
  findings: Findings,
): void {
  if (JSON.stringify(one) === JSON.stringify(other)) return;
  const held = second === name ? second : first;
  findings.warn(place, path, {
    code: "passed-over",
    message: `${first} and ${second} are the same key, and say different things: ${held} holds`,
    allowed: `leave ${held === first ? second : first} out`,
  });
}

function strayKey(key: string, given: unknown, path: Path, place: AppPlace, findings: Findings): void {
  const known = pm2Only(key);
  if (known !== null) {
    const message = "PM2 has this key, bunctl has not";
    findings.warn(place, path, { code: "passed-over", message, value: given, allowed: known.instead });
    return;
  }
  const details = {
    code: "unknown-key",
    message: place.strict
      ? "is not a key that is known here"
      : "is not a key that is known here, and is passed over",
    value: given,
    nearest: nearest(key, nearbyKeys),
    allowed: knownKeys.join(", "),
  } as const;
  if (place.strict) findings.error(place, path, details);
  else findings.warn(place, path, details);
}
