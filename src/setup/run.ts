/** One setup, and one uninstall: from a folder, an account and wishes to what was done, or would be. */
import { dirname, join } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { makePrivate, projectKey } from "../trust/state.ts";
import { applyPlan } from "./apply.ts";
import type { HookName } from "./hooks/call.ts";
import { gitHook } from "./hooks/find.ts";
import { leftInKiro } from "./left.ts";
import { type Manifest, otherManifests, readManifest } from "./manifest.ts";
import { type SystemdService, unitFarewell, unitPath, unitPaths } from "./parts/systemd.ts";
import { wrappable } from "./parts/wrap.ts";
import { planEdits } from "./plan.ts";
import { boundsOf, findProject } from "./project.ts";
import { everyPart, setupParts, unwrappable } from "./setup.ts";
import type { SetupResult } from "./text.ts";
import { applyUninstall, planUninstall } from "./uninstall.ts";

export interface Account {
  readonly uid: number | null;
  readonly home: string;
  /** Where it keeps what outlives a run. */
  readonly state: string;
  readonly monitor: Omit<SystemdService, "path">;
}

export interface SetupOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly hook: HookName;
  readonly ci?: "github";
  readonly service?: "systemd";
  readonly wrap?: string | true;
  readonly shim?: boolean;
  /** False: `--no-orphans` was given. */
  readonly orphans?: boolean;
}

/** @throws CommandError, SetupError */
export function install(cwd: string, account: Account, options: SetupOptions): SetupResult {
  const project = findProject(cwd);
  const { root } = project;
  const record = recordOf(root, account, options.dryRun === true);
  const bounds = boundsOf(project, unitPaths(account.home, root));
  const known =
    record.isKept && options.service === "systemd" ? readManifest(record.path, bounds).manifest : null;
  const own =
    options.service === "systemd"
      ? { ...account.monitor, path: unitOf(root, account, record.path, known) }
      : null;
  const names = typeof options.wrap === "string" ? options.wrap.split(",").map((name) => name.trim()) : [];
  const offered = options.wrap === true ? wrappable(project) : [];
  const hook = gitHook(project, options.hook);
  const { edits, notes } = setupParts(project, {
    force: options.force === true,
    hook,
    github: options.ci === "github",
    systemd: own,
    shim: options.shim === true,
    noOrphans: options.orphans === false,
    wrap: names,
  });
  const plan = planEdits(edits, bounds);
  if (options.dryRun !== true) applyPlan(record.isKept ? record.path : null, root, plan, edits, bounds);
  const reached = new Set([...plan.changes.map(({ path }) => path), ...plan.unchanged]);
  // a note says what has to be done before it runs
  const runsNow = hook.notes.length === 0 && hook.edits.every(({ path }) => reached.has(path));
  return {
    root,
    dryRun: options.dryRun === true,
    uninstall: false,
    changes: plan.changes,
    kept: [],
    unchanged: plan.unchanged,
    standing: plan.standing,
    refused: [...plan.refused, ...unwrappable(project, names)],
    notes: [
      ...notes,
      ...record.notes,
      ...(options.wrap === true && offered.length === 0 ? [NONE_TO_WRAP] : []),
    ],
    wrappable: offered,
    hook: runsNow ? options.hook : null,
  };
}

const NONE_TO_WRAP = "No package script starts a Bun that could be wrapped.";

const pathsOf = (manifests: readonly Manifest[]): ReadonlySet<string> =>
  new Set(manifests.flatMap(({ files }) => files).map(({ path }) => path));

const unitOf = (root: string, { home }: Account, record: string, known: Manifest | null): string =>
  unitPath(home, root, pathsOf(known === null ? [] : [known]), pathsOf(otherManifests(record)));

/** @throws CommandError, SetupError */
export function uninstall(cwd: string, account: Account, options: SetupOptions): SetupResult {
  const project = findProject(cwd, (directory) => entryExists(recordPath(directory, account)));
  const { root } = project;
  const units = unitPaths(account.home, root);
  const bounds = boundsOf(project, units);
  const record = recordOf(root, account, true);
  const { manifest, doubt } = readManifest(record.path, bounds);
  const unit = unitOf(root, account, record.path, manifest);
  const hasUnit = options.service === "systemd" || manifest?.files.some(({ path }) => path === unit);
  const { edits } = everyPart(project, hasUnit === true ? { ...account.monitor, path: unit } : null);
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
    standing: [],
    refused: plan.refused,
    wrappable: [],
    hook: null,
    kept: [...plan.kept, ...left.kept],
    notes: [
      ...unitFarewell(
        plan.changes.map(({ path }) => path),
        account.home,
        root,
      ),
      ...(doubt === null ? [] : [doubt]),
      ...(manifest === null && changes.length > 0 ? [WITHOUT_RECORD] : []),
    ],
  };
}

const WITHOUT_RECORD =
  "There is no record of a setup by this account: what bears our name was taken out. Lines in .gitignore and scripts that start bun-wrapper may be your own, and stay.";

const recordPath = (root: string, { state }: Account): string => join(state, projectKey(root), "setup.json");

/** The place of this project's record. Its directory is made when something is to be written into it. */
function recordOf(
  root: string,
  account: Account,
  dryRun: boolean,
): { readonly path: string; readonly isKept: boolean; readonly notes: readonly string[] } {
  const path = recordPath(root, account);
  const why = dryRun ? null : makePrivate(dirname(path), account.uid);
  const lost = `${dirname(path)} ${why}: what the files said before is kept nowhere, and --uninstall will take out our part alone.`;
  return { path, isKept: why === null, notes: why === null ? [] : [lost] };
}
