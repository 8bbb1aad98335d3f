/** Makes what runs as it is declared: only what differs is touched. */
import type { AppSpec } from "../core/app/app-spec.ts";
import { isOnly, specChanges, type SpecChange } from "../core/app/difference.ts";
import { messageOf } from "../text/system-error.ts";
import type { AppChange, ApplyOptions } from "../wire/manager.ts";
import { isRunning, redeclare, renew, startable, startSpecs, type Done } from "./declare.ts";
import type { App, Registry } from "./registry.ts";
import { stopGroups, type Failures } from "./steer.ts";

export interface Applied extends Done {
  readonly changes: readonly AppChange[];
}

/** The variables of the shell that started the app stay as they were. */
export async function applySpecs(
  specs: readonly AppSpec[],
  directory: string,
  { prune, dryRun }: ApplyOptions,
  registry: Registry,
): Promise<Applied> {
  const { possible, failures } = startable(specs, registry);
  const refused = new Set(specs.filter((spec) => !possible.includes(spec)).map(({ name }) => name));
  const changesNow = (): readonly SpecChange[] => {
    const before = registry.inDirectory(directory).map(({ spec }) => spec);
    return specChanges(
      before.filter(({ name }) => !refused.has(name)),
      possible,
      prune,
    );
  };
  const all = changesNow();
  const changes = all.map(asDocument);
  const done = dryRun ? [] : await carryOut(all, changesNow, registry);
  return { changes, apps: registry.inDirectory(directory), failures: [...failures, ...done] };
}

const asDocument = ({ before, after, action, differences }: SpecChange): AppChange => {
  const { directory = "", name = "" } = after ?? before ?? {};
  return { app: { directory, name }, action, differences };
};

async function carryOut(
  planned: readonly SpecChange[],
  changesNow: () => readonly SpecChange[],
  registry: Registry,
): Promise<Failures> {
  // apps that go make room (ports) for those that come
  const going = planned.flatMap(({ action, before }) => {
    const app = action === "remove" && before !== null ? registry.find(before) : null;
    return app === null ? [] : [{ app, instances: app.instances }];
  });
  const gone = await stopGroups(going, "remove", registry);
  // others may have changed the apps meanwhile
  const changes = changesNow();
  const fresh = changes.flatMap(({ action, after }) => (action === "add" && after !== null ? [after] : []));
  const others = await Promise.all([
    startSpecs(fresh, { ifRunning: "keep", updateEnv: false }, registry).then(({ failures }) => failures),
    ...changes.map((change) => changed(change, registry)),
  ]);
  return [...gone, ...others.flat()];
}

async function changed(
  { action, before, after, differences }: SpecChange,
  registry: Registry,
): Promise<Failures> {
  const app = before === null ? null : registry.find(before);
  if (app === null || after === null || action === "add" || action === "remove") return [];
  const spec = { ...after, shellEnv: app.spec.shellEnv };
  if (action === "keep") {
    if (!Bun.deepEquals(app.spec, spec)) registry.replaceSpec(app, spec);
    return [];
  }
  registry.tell(app, 0, "config", `is declared otherwise: ${differences.join(", ")}`);
  // a person has stopped it: it is as declared once it starts again
  if (app.instances.every(({ phase }) => phase === "stopped" || phase === "stopping"))
    return redeclare(app, spec, registry);
  if (isOnly(differences, "instances:", "limits.")) return adjusted(app, spec, registry);
  if (isRunning(app)) return renew(app, spec, { how: "restart", parallel: false }, registry);
  const { failures } = await startSpecs([spec], { ifRunning: "keep", updateEnv: false }, registry);
  return failures;
}

/** More or fewer instances, and other limits, need no restart of those that run. */
async function adjusted(app: App, spec: AppSpec, registry: Registry): Promise<Failures> {
  const failures = [...(await redeclare(app, spec, registry))];
  const { supervisor } = registry.ports;
  for (const handle of app.instances.flatMap(({ runs }) => runs.flatMap((run) => run.handle ?? [])))
    try {
      await supervisor.setResourceLimits(handle, spec.limits);
    } catch (error) {
      failures.push(
        `${app.name} (pid ${handle.pid}) goes on with its limits of before: ${messageOf(error)}. Restart it: bunctl restart ${app.name}`,
      );
    }
  const { failures: not } = await startSpecs([spec], { ifRunning: "keep", updateEnv: false }, registry);
  return [...failures, ...not];
}
