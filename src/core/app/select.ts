/** This finds the instances that a person's words mean. */
import { count } from "../../text/wording.ts";
import { nearest } from "../../text/nearest.ts";
import { fits } from "../../text/pattern/fits.ts";
import type { AppIdentity } from "./app-spec.ts";

export interface Selectable extends AppIdentity {
  readonly namespace: string;
  /** The file that it runs, absolute; null = a command. */
  readonly script: string | null;
  readonly ids: readonly number[];
}

interface Selected {
  /** The ids are in the order of the apps, each once. */
  readonly ids: readonly number[];
  /** A sentence for each word that means nothing. */
  readonly failures: readonly string[];
}

/** `/api-\d+/`; an `i` behind it, as in JavaScript. */
const REGEX = /^\/(?<source>.+)\/(?<flags>i?)$/u;

/** A name is looked for in `directory` first, then in the folders above it. */
export function selectInstances(
  words: readonly string[],
  directory: string,
  apps: readonly Selectable[],
): Selected {
  const meant = new Set<number>();
  const failures: string[] = [];
  for (const word of words) {
    const found = meantBy(word, directory, apps);
    if (typeof found === "string") failures.push(found);
    else for (const id of found) meant.add(id);
  }
  const ids = apps.flatMap((app) => app.ids).filter((id) => meant.has(id));
  return { ids, failures };
}

function meantBy(word: string, directory: string, apps: readonly Selectable[]): readonly number[] | string {
  const here = apps.filter((app) => app.name === word && app.directory === directory);
  if (here.length > 0) return idsOf(here);
  if (word === "all") return idsOf(apps);
  if (/^\d+$/u.test(word) && idsOf(apps).includes(Number(word))) return [Number(word)];
  const elsewhere = apps.filter((app) => app.name === word);
  const above = nearestAbove(directory, elsewhere);
  if (above !== null) return idsOf([above]);
  // whoever stops "api" of one project does not mean that of another
  if (elsewhere.length > 1)
    return `${word} is the name of ${count(elsewhere.length, "app")}, and none of them belongs to ${directory}: ${elsewhere
      .map((app) => `${idsOf([app]).join(", ")} (${app.directory})`)
      .join(", ")}. Name one by its id, or change to its directory.`;
  if (elsewhere.length === 1) return idsOf(elsewhere);
  const file = word.startsWith("/") ? word : `${directory}/${word.replace(/^\.\//u, "")}`;
  const ofScript = apps.filter(({ script }) => script === file);
  if (ofScript.length > 0) return idsOf(ofScript);
  const inNamespace = apps.filter(({ namespace }) => namespace === word);
  if (inNamespace.length > 0) return idsOf(inNamespace);
  const regex = REGEX.exec(word)?.groups;
  if (regex !== undefined) return byPattern(word, regex["source"] ?? "", regex["flags"] === "i", apps);
  return unknown(word, apps);
}

/** A config file governs the folders below its own: `start` looks for it upwards, too. */
const nearestAbove = (directory: string, apps: readonly Selectable[]): Selectable | null =>
  apps
    .filter((app) => `${directory}/`.startsWith(`${app.directory.replace(/\/$/u, "")}/`))
    .toSorted((one, other) => other.directory.length - one.directory.length)[0] ?? null;

const idsOf = (apps: readonly Selectable[]): readonly number[] => apps.flatMap(({ ids }) => ids);

function byPattern(
  word: string,
  source: string,
  ignoresCase: boolean,
  apps: readonly Selectable[],
): readonly number[] | string {
  const shaped = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  try {
    const matching = apps.filter(({ name }) => fits(shaped(source), shaped(name)) === true);
    return matching.length > 0 ? idsOf(matching) : `No app's name matches ${word}.${names(apps)}`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `${word} is no regular expression: ${error.message}.`;
  }
}

const unknown = (word: string, apps: readonly Selectable[]): string => {
  const known = [...new Set(apps.flatMap(({ name, namespace }) => [name, namespace]))];
  const near = nearest(word, known);
  const next = near === null ? names(apps) : ` Did you mean ${near}?`;
  return `No app is called ${word}, and it is no id, no namespace, and no file that an app runs.${next}`;
};

const MOST_NAMES = 10;

const names = (apps: readonly Selectable[]): string => {
  const known = [...new Set(apps.map(({ name }) => name))];
  if (known.length === 0) return " There is no app yet.";
  const more = known.length > MOST_NAMES ? `, and ${known.length - MOST_NAMES} more` : "";
  return ` Those that there are: ${known.slice(0, MOST_NAMES).join(", ")}${more}.`;
};
