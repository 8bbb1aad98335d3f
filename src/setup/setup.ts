/** Decides what one command puts into a project: which parts, for which wishes. */
import { hasDependency, type ProjectFolder } from "./project.ts";
import { type Part, together } from "./edit.ts";
import { everyHook } from "./hooks/find.ts";
import { HOOKS } from "./hooks/call.ts";
import { configFile, gitignore, packageScripts } from "./parts/basics.ts";
import { noOrphans, noOrphansOffer } from "./parts/bunfig.ts";
import { githubWorkflow } from "./parts/github.ts";
import { shim } from "./parts/shim.ts";
import { type SystemdService, systemdUnit } from "./parts/systemd.ts";
import { wrappable, wrappedScripts, wrapScripts } from "./parts/wrap.ts";

/** `wrap`: names of scripts. */
export function setupParts(
  project: ProjectFolder,
  wishes: {
    readonly force: boolean;
    readonly hook: Part;
    readonly github: boolean;
    readonly systemd: SystemdService | null;
    readonly shim: boolean;
    readonly noOrphans: boolean;
    readonly wrap: readonly string[];
  },
): Part {
  const scripts = wrappable(project).filter(({ name }) => wishes.wrap.includes(name));
  return together([
    configFile(project),
    packageScripts(project, wishes.force),
    { edits: wrapScripts(project, scripts), notes: [] },
    gitignore(project),
    wishes.hook,
    ...(wishes.github ? [githubWorkflow(project, wishes.force)] : []),
    ...(wishes.systemd === null ? [] : [systemdUnit(project, wishes.systemd)]),
    ...(wishes.shim ? [shim(project)] : []),
    wishes.noOrphans ? noOrphans(project) : noOrphansOffer(project),
    { edits: [], notes: dependencyNotes(project) },
  ]);
}

/** Everything that setup may ever have put here; `service`: also outside, where a unit of this project was asked for. */
export const everyPart = (project: ProjectFolder, service: SystemdService | null): Part =>
  together([
    configFile(project),
    packageScripts(project, false),
    gitignore(project),
    { edits: HOOKS.flatMap((hook) => everyHook(project, hook)), notes: [] },
    githubWorkflow(project),
    ...(service === null ? [] : [systemdUnit(project, service)]),
    shim(project),
    noOrphans(project),
  ]);

/** Of the scripts that somebody wants wrapped, those that cannot be, in sentences. */
export const unwrappable = (project: ProjectFolder, names: readonly string[]): readonly string[] => {
  const known = new Set([...wrappable(project), ...wrappedScripts(project)].map(({ name }) => name));
  return names
    .filter((name) => !known.has(name))
    .map((name) => `The script "${name}" starts no Bun that could be wrapped, or is not there.`);
};

const dependencyNotes = (project: ProjectFolder): readonly string[] =>
  project.isOurs || hasDependency({ text: project.manifest }, "bun-watchdog")
    ? []
    : ["bun-watchdog is not a dependency of this project yet: the hook and the scripts look for it on PATH"];
