/** Knows what only the account's own file and the command line may set: a cloned repository rules nobody but itself. */
import { dirname, join, relative } from "node:path";
import { isWithin } from "../core/judge/match.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import { entryExists, realPath } from "./files/directories.ts";
import type { Origin } from "./layers.ts";
import { shownValue } from "./schema/printable.ts";
import { fileProblem, type Problem } from "./schema/problem.ts";
import type { Layer } from "./schema/settings.ts";
import { problemAt, type ValuePlace } from "./schema/place.ts";

/** What a project's file or a variable asks for and may not: refused, since whoever wrote it wants to stop or run things elsewhere. */
export function overreach(layer: Layer, place: ValuePlace, home: string): Problem[] {
  const asked = [
    ...(layer.scope === "machine" ? [{ key: ["scope"], value: '"machine"', flag: "--scope machine" }] : []),
    ...(layer.enforceCompiled === true ? [{ key: ["enforceCompiled"], value: "true", flag: null }] : []),
    ...((layer.alerts?.command ?? []).length > 0
      ? [{ key: ["alerts", "command"], value: "a command", flag: null }]
      : []),
  ];
  return asked.map(({ key, value, flag }) =>
    problemAt("not-allowed-here", key, place, {
      value,
      message: `${value} cannot be set here: it reaches beyond this project`,
      allowed: `in ${accountsFile(home)}${flag === null ? "" : `, or ${flag}`}`,
    }),
  );
}

const accountsFile = (home: string): string => `${shownValue(home, 300)}/.config/bun-watchdog/config.json`;

interface Heard {
  readonly layer: Layer;
  readonly warnings: readonly string[];
}

/**
 * A project's file without what is the account's alone. Left out, not refused: its own limits are right all the same, and
 * many files state a breaker. Even an empty value (`"webhook": null`) would silence what the user has set.
 */
export function asProject(layer: Layer, path: string, projectRoot: string, home: string): Heard {
  const { alerts, breaker, dashboard, enforceNested, scope, logging, ...own } = layer;
  const { enabled, ...opening } = dashboard ?? {};
  const isOutside = leadsAway(logging?.directory, projectRoot);
  const { directory, ...log } = logging ?? {};
  const unheard = [
    ...(scope === "user" ? ["scope"] : []),
    ...(enforceNested === true ? ["enforceNested"] : []),
    ...differing("alerts", alerts, DEFAULTS.alerts),
    ...differing("breaker", breaker, DEFAULTS.breaker),
    ...differing("dashboard", opening, DEFAULTS.dashboard),
    ...(isOutside ? ["logging.directory"] : []),
  ];
  return {
    layer: {
      ...own,
      ...(scope !== undefined && scope !== "user" && { scope }),
      ...(enabled !== undefined && { dashboard: { enabled } }),
      ...(logging !== undefined && {
        logging: { ...log, ...(directory !== undefined && !isOutside && { directory }) },
      }),
    },
    warnings: unheard.map(
      (key) =>
        `${key} in ${shownValue(path, 300)} is not used: it reaches beyond this project. Set it in ${accountsFile(home)}.`,
    ),
  };
}

/** A saved `config print` states the defaults as well: nobody has asked for anything by that. */
const differing = (key: string, asked: object | undefined, standard: object): readonly string[] =>
  Object.entries(asked ?? {})
    .filter(
      ([name, value]) =>
        !Bun.deepEquals(value, Object.entries(standard).find(([each]) => each === name)?.[1]),
    )
    .map(([name]) => `${key}.${name}`);

/** By its text; where links lead is asked of the directory itself (leadsOutside). */
function leadsAway(directory: string | undefined, projectRoot: string): boolean {
  if (directory === undefined) return false;
  if (directory.startsWith("/")) return !isWithin(directory, projectRoot);
  return /^~(\/|$)/u.test(directory) || directory.split("/").includes("..");
}

/** A link in a clone may lead the log nowhere but below the project, either. null: it stays inside, or the user's own file, a variable or a flag says where it lies. */
export function leadsOutside(
  directory: string,
  projectRoot: string,
  origin: Origin | undefined,
  home: string,
): Problem | null {
  if (origin !== undefined && !["default", "no-file", "project-file"].includes(origin.kind)) return null;
  const root = realPath(projectRoot);
  const real = realPath(nearestExisting(directory));
  // what does not exist yet is made below what does
  if (isWithin(real, root) || !entryExists(root)) return null;
  return fileProblem(
    "not-allowed-here",
    directory,
    `is the folder of the log, and leads to ${shownValue(real, 300)}, outside of this project`,
    `a folder below ${shownValue(root, 300)}, or "logging": { "directory": … } in ${accountsFile(home)}`,
  );
}

export function settled(directory: string): string {
  const existing = nearestExisting(directory);
  return join(realPath(existing), relative(existing, directory));
}

function nearestExisting(path: string): string {
  let at = path;
  while (!entryExists(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** A variable may be set by the folder that somebody stands in (direnv): who is meant is not its to say. */
export function asVariable(layer: Layer, name: string): Heard {
  if (layer.scope === "user")
    return { layer: {}, warnings: [`${name}=user is not used: write --scope user.`] };
  const { enabled: _, ...opening } = layer.dashboard ?? {};
  return differing("dashboard", opening, DEFAULTS.dashboard).length > 0
    ? { layer: {}, warnings: [`${name} is not used: it is set in the user-level file.`] }
    : { layer, warnings: [] };
}
