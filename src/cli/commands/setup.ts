/** `setup`: puts the watchdog into a project, and takes it out again. Plans first; a dry run prints the plan. */
import { join } from "node:path";
import { OWN_FLAGS } from "../../trust/own-bun.ts";
import { lastingFile } from "../../trust/package-file.ts";
import { applyPlan } from "../../setup/apply.ts";
import { HOOKS, type HookName } from "../../setup/hooks/call.ts";
import { planEdits } from "../../setup/plan.ts";
import { type Manifest, otherManifests, readManifest } from "../../setup/manifest.ts";
import { boundsOf, findProject, type ProjectFolder } from "../../setup/project.ts";
import { everyPart, setupParts, unwrappable } from "../../setup/setup.ts";
import { type SystemdService, unitFarewell, unitPath, unitPaths } from "../../setup/parts/systemd.ts";
import { leftInKiro } from "../../setup/left.ts";
import { applyUninstall, planUninstall } from "../../setup/uninstall.ts";
import { wrappable } from "../../setup/parts/wrap.ts";
import { homeOf, makePrivate, projectKey, stateDirectory } from "../../trust/state.ts";
import { ownUid } from "../../trust/open.ts";
import { entryExists } from "../../config/files/directories.ts";
import { configuration } from "../../host/configuration.ts";
import { workingDirectory } from "../../text/errors.ts";
import { Operator } from "../../watch/operator.ts";
import { firstContact } from "../../render/first-contact.ts";
import { renderSetup, setupJson, type SetupResult } from "../../setup/text.ts";
import { JSON_OPTION, type Declaration } from "../declaring.ts";
import { messageOf } from "../../text/system-error.ts";

interface SetupOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly hook: HookName;
  readonly ci?: "github";
  readonly service?: "systemd";
  readonly wrap?: string | true;
  readonly shim?: boolean;
  /** False: `--no-orphans` was given. */
  readonly orphans?: boolean;
  readonly uninstall?: boolean;
  readonly json?: boolean;
}

const home = (): string => homeOf(ownUid(), process.env);

const serviceAt = (path: string): SystemdService => ({
  path,
  bun: process.execPath,
  flags: OWN_FLAGS,
  script: lastingFile("scripts/bun-monitor-service.ts"),
});

const hasRecord = (root: string): boolean => entryExists(join(recordDirectory(root), RECORD));

/** Exit 0; 1 when something could not be done and was said. */
export async function setup(options: SetupOptions): Promise<number> {
  const project = findProject(workingDirectory(), options.uninstall === true ? hasRecord : undefined);
  const result = options.uninstall === true ? uninstall(project, options) : install(project, options);
  console.log(options.json === true ? JSON.stringify(setupJson(result)) : await renderSetup(result));
  const isInForce = options.uninstall !== true && options.dryRun !== true && options.json !== true;
  if (isInForce) console.log(["", ...(await whoIsThere())].join("\n"));
  return result.refused.length > 0 ? 1 : 0;
}

/** Shows who is there, with the limits that are in force from now on. */
async function whoIsThere(): Promise<readonly string[]> {
  try {
    const loaded = await configuration({});
    await using operator = new Operator(loaded);
    const seen = await operator.look({ full: true, remember: false });
    return firstContact(seen, seen.monitorPid !== null);
  } catch (error) {
    // this is no failure of the setup: it is done
    return [`What runs here could not be looked at: ${messageOf(error)}`];
  }
}

function install(project: ProjectFolder, options: SetupOptions): SetupResult {
  const { root } = project;
  const record = recordOf(project, options);
  const bounds = boundsOf(project, unitPaths(home(), root));
  const known = readManifest(record.path, bounds).manifest;
  const own = options.service === "systemd" ? serviceAt(unitOf(root, record.path, known)) : null;
  const names = typeof options.wrap === "string" ? options.wrap.split(",").map((name) => name.trim()) : [];
  const offered = options.wrap === true ? wrappable(project) : [];
  const { edits, notes } = setupParts(project, {
    force: options.force === true,
    hook: options.hook,
    github: options.ci === "github",
    systemd: own,
    shim: options.shim === true,
    noOrphans: options.orphans === false,
    wrap: names,
  });
  const plan = planEdits(edits, bounds);
  if (options.dryRun !== true) applyPlan(record.isKept ? record.path : null, root, plan, edits, bounds);
  const reached = new Set([...plan.changes.map(({ path }) => path), ...plan.unchanged]);
  return {
    root,
    dryRun: options.dryRun === true,
    uninstall: false,
    changes: plan.changes,
    kept: [],
    unchanged: plan.unchanged,
    refused: [...plan.refused, ...unwrappable(project, names)],
    notes: [
      ...notes,
      ...record.notes,
      ...(options.wrap === true && offered.length === 0 ? [NONE_TO_WRAP] : []),
    ],
    wrappable: offered,
    hook: edits.some(({ path, what }) => what.startsWith(options.hook) && reached.has(path))
      ? options.hook
      : null,
  };
}

const NONE_TO_WRAP = "No package script starts a Bun that could be wrapped.";

const pathsOf = (manifests: readonly Manifest[]): ReadonlySet<string> =>
  new Set(manifests.flatMap(({ files }) => files).map(({ path }) => path));

const unitOf = (root: string, record: string, known: Manifest | null): string =>
  unitPath(home(), root, pathsOf(known === null ? [] : [known]), pathsOf(otherManifests(record)));

function uninstall(project: ProjectFolder, options: SetupOptions): SetupResult {
  const { root } = project;
  const units = unitPaths(home(), root);
  const bounds = boundsOf(project, units);
  const record = recordOf(project, { dryRun: true });
  const { manifest, doubt } = readManifest(record.path, bounds);
  const unit = unitOf(root, record.path, manifest);
  const hasUnit = options.service === "systemd" || manifest?.files.some(({ path }) => path === unit);
  const { edits } = everyPart(project, hasUnit === true ? serviceAt(unit) : null);
  const plan = planUninstall(record.path, manifest, edits, bounds);
  const left = leftInKiro(project, plan.changes, bounds);
  const changes = [...plan.changes, ...left.changes];
  if (options.dryRun !== true) applyUninstall(record.path, manifest, changes, edits, bounds);
  return {
    root,
    dryRun: options.dryRun === true,
    uninstall: true,
    changes,
    unchanged: [],
    refused: plan.refused,
    wrappable: [],
    hook: null,
    kept: [...plan.kept, ...left.kept],
    notes: [
      ...unitFarewell(
        plan.changes.map(({ path }) => path),
        home(),
        root,
      ),
      ...(doubt === null ? [] : [doubt]),
      ...(manifest === null && changes.length > 0 ? [WITHOUT_RECORD] : []),
    ],
  };
}

const WITHOUT_RECORD =
  "There is no record of a setup by this account: what bears our name was taken out. Lines in .gitignore and scripts that start bun-wrapper may be your own, and stay.";

const RECORD = "setup.json";

const recordDirectory = (root: string): string =>
  join(stateDirectory({ uid: ownUid(), home: home(), env: process.env }), projectKey(root));

/** The place of this project's record. Its directory is made when something is to be written into it. */
function recordOf(
  { root }: ProjectFolder,
  { dryRun }: Pick<SetupOptions, "dryRun">,
): { readonly path: string; readonly isKept: boolean; readonly notes: readonly string[] } {
  const directory = recordDirectory(root);
  const why = dryRun === true ? null : makePrivate(directory, ownUid());
  return {
    path: join(directory, RECORD),
    isKept: why === null,
    notes:
      why === null
        ? []
        : [
            `${directory} ${why}: what the files said before is kept nowhere, and --uninstall will take out our part alone.`,
          ],
  };
}

export const setupCommand: Declaration = {
  options: [
    ["-n, --dry-run", "show what would change, and change nothing"],
    ["-f, --force", "overwrite package scripts of the same names"],
    ["--hook <hook>", "the git hook to use", HOOKS, "pre-commit"],
    ["--ci <service>", "also a CI workflow", ["github"]],
    ["--service <system>", "also a user service that watches this account", ["systemd"]],
    [
      "--wrap [scripts]",
      "show the package scripts as the gate would run them; --wrap=dev,test: change those",
    ],
    ["--shim", "also .kiro/bin/bun, which sends every plain bun of this project through the gate"],
    ["--no-orphans", "also noOrphans in bunfig.toml: Bun ends with whoever started it"],
    ["--uninstall", "take everything out again"],
    JSON_OPTION,
  ],
  examples: [
    ["setup --dry-run", "what it would change"],
    ["setup", "limits, scripts, .gitignore, pre-commit hook"],
    ["setup --hook pre-push --ci github", "another hook, and a workflow"],
    ["setup --uninstall", "every file as it was before"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "something could not be done; it was named"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: setup,
};
