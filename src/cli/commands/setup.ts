/** `setup`: puts the watchdog into a project, and takes it out again. Plans first; a dry run prints the plan. */
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { OWN_FLAGS } from "../../os/own-bun.ts";
import { applyPlan } from "../../setup/apply.ts";
import type { HookName } from "../../setup/hooks/call.ts";
import { type Change, planEdits } from "../../setup/plan.ts";
import { findProject, type Project } from "../../setup/project.ts";
import { everyPart, setupParts } from "../../setup/setup.ts";
import { unitFarewell } from "../../setup/parts/systemd.ts";
import { applyUninstall, planUninstall } from "../../setup/uninstall.ts";
import { wrappable } from "../../setup/parts/wrap.ts";
import { renderSetup, setupJson, type SetupResult } from "../render/setup.ts";

export interface SetupOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly hook: HookName;
  readonly ci?: "github";
  readonly service?: "systemd";
  readonly wrap?: string | true;
  readonly shim?: boolean;
  readonly uninstall?: boolean;
  readonly json?: boolean;
}

const service = () => ({
  home: homedir(),
  bun: process.execPath,
  flags: OWN_FLAGS,
  script: fileURLToPath(new URL("../../../scripts/bun-monitor-service.ts", import.meta.url)),
});

/** Exit 0; 1 when something could not be done and was said. */
export async function setup(options: SetupOptions): Promise<number> {
  const project = findProject(process.cwd());
  const result = options.uninstall === true ? uninstall(project, options) : install(project, options);
  console.log(options.json === true ? JSON.stringify(setupJson(result)) : await renderSetup(result));
  return result.refused.length > 0 ? 1 : 0;
}

function install(project: Project, options: SetupOptions): SetupResult {
  const { edits, notes } = setupParts(project, {
    force: options.force === true,
    hook: options.hook,
    github: options.ci === "github",
    systemd: options.service === "systemd" ? service() : null,
    shim: options.shim === true,
    wrap: typeof options.wrap === "string" ? options.wrap.split(",").map((name) => name.trim()) : [],
  });
  const plan = planEdits(edits);
  if (options.dryRun !== true) applyPlan(project, plan, edits);
  return {
    ...resultOf(project, options, plan.changes),
    unchanged: plan.unchanged,
    refused: plan.refused,
    notes,
    wrappable: options.wrap === true ? wrappable(project) : [],
  };
}

function uninstall(project: Project, options: SetupOptions): SetupResult {
  const own = service();
  const { edits } = everyPart(project, own);
  const changes = planUninstall(project, edits);
  if (options.dryRun !== true) applyUninstall(project, changes, edits);
  const notes = unitFarewell(
    changes.map(({ path }) => path),
    own.home,
  );
  return { ...resultOf(project, options, changes), notes };
}

const resultOf = (project: Project, options: SetupOptions, changes: readonly Change[]): SetupResult => ({
  root: project.root,
  dryRun: options.dryRun === true,
  uninstall: options.uninstall === true,
  changes,
  unchanged: [],
  refused: [],
  notes: [],
  wrappable: [],
});
