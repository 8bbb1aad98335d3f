/** Apps are brought to what is declared: new ones become known, and known ones change. */
import type { AppSpec } from "../core/app/app-spec.ts";
import type { Phase } from "../core/app/app-state.ts";
import { startOrder } from "../core/app/dependence.ts";
import { keptScale, scaled, scaledTo } from "../core/app/scale.ts";
import { wrongInSpec } from "../core/app/spec-shape.ts";
import type { StartOptions } from "../wire/manager.ts";
import type { Instance } from "./instance.ts";
import type { App, Registry } from "./registry.ts";
import {
  restartGroups,
  startGroups,
  stopGroups,
  type Failures,
  type SteeredApp,
  type RestartHow,
} from "./steer.ts";

export interface Done {
  readonly apps: readonly App[];
  readonly failures: Failures;
}

const whole = (app: App): SteeredApp => ({ app, instances: app.instances });

const RUNNING: ReadonlySet<Phase> = new Set<Phase>(["held", "starting", "online", "restarting"]);

export const isRunning = (app: App): boolean => app.instances.some(({ phase }) => RUNNING.has(phase));

export async function startSpecs(
  specs: readonly AppSpec[],
  { ifRunning, updateEnv }: StartOptions,
  registry: Registry,
): Promise<Done> {
  const { possible, failures } = startable(specs, registry);
  await untilForgotten(possible, registry);
  const apps: App[] = [];
  const fresh: App[] = [];
  const renewing: Promise<Failures>[] = [];
  // a new app may depend on another new one: all are known before the first starts
  for (const spec of possible) {
    const app = registry.find(spec);
    const asked = app === null ? spec : keptScale(app.spec, spec);
    const next = app === null || updateEnv ? asked : { ...asked, shellEnv: app.spec.shellEnv };
    if (app === null) fresh.push(registry.add(spec));
    else if (isRunning(app) && ifRunning !== "keep")
      renewing.push(renew(app, next, { how: ifRunning, parallel: false }, registry));
    else {
      if (!isRunning(app)) renewing.push(redeclare(app, next, registry));
      fresh.push(app);
    }
    const now = registry.find(spec);
    if (now !== null) apps.push(now);
  }
  const all = await Promise.all([...renewing, startGroups(fresh.map(whole), registry)]);
  return { apps, failures: [...failures, ...all.flat()] };
}

/** Runs on as `spec` says. The declaration before holds again where a reload of all of it has failed. */
export async function renew(app: App, spec: AppSpec, how: RestartHow, registry: Registry): Promise<Failures> {
  const before = app.spec;
  const tooMany = fit(app, spec, registry);
  const instances = app.instances.filter((one) => !tooMany.includes(one));
  const [failures, leftOver] = await Promise.all([
    restartGroups([{ app, instances }], how, registry),
    letGo(app, tooMany, registry),
  ]);
  if (how.how === "reload" && failures.length > 0) holdAgain(app, before, registry);
  return [...leftOver, ...failures];
}

/** The declaration before holds again where every instance still runs by it: how many there were to be when it began counts for nothing. */
export function holdAgain(app: App, before: AppSpec, registry: Registry): void {
  const { instances, scaledFrom } = before;
  const isAsBefore = app.instances.every(
    ({ run }) => run !== null && Bun.deepEquals({ ...run.place.spec, instances, scaledFrom }, before),
  );
  if (isAsBefore && instances === app.lasting.length) registry.replaceSpec(app, before);
}

/** Makes as many places as are declared; those that are too many go. */
export const redeclare = (app: App, spec: AppSpec, registry: Registry): Promise<Failures> =>
  letGo(app, fit(app, spec, registry), registry);

/** Returns the instances that are too many. */
function fit(app: App, spec: AppSpec, registry: Registry): readonly Instance[] {
  const tooMany = registry.resize(app, spec.instances);
  registry.replaceSpec(app, spec);
  return tooMany;
}

const letGo = async (app: App, instances: readonly Instance[], registry: Registry): Promise<Failures> =>
  instances.length === 0 ? [] : stopGroups([{ app, instances }], "remove", registry);

export async function scaleApps(apps: readonly App[], change: string, registry: Registry): Promise<Failures> {
  const all = apps.map(async (app) => {
    const wanted = scaledTo(change, app.lasting.length);
    if (typeof wanted === "string") return [wanted];
    const before = new Set(app.instances);
    const tooMany = await redeclare(app, scaled(app.spec, wanted), registry);
    const instances = app.instances.filter((one) => !before.has(one));
    return [...tooMany, ...(await startGroups([{ app, instances }], registry))];
  });
  return (await Promise.all(all)).flat();
}

/**
 * A declaration never becomes known if it is no app, if it depends on an app that does not exist, or if its
 * dependencies form a circle.
 */
export function startable(
  declared: readonly AppSpec[],
  registry: Registry,
): { readonly possible: readonly AppSpec[]; readonly failures: Failures } {
  const failures = declared.flatMap((spec) => {
    const wrong = wrongInSpec(spec);
    return wrong === null ? [] : [`${spec.name} is not declared as an app is: look at ${wrong}.`];
  });
  const specs = declared.filter((spec) => wrongInSpec(spec) === null);
  const possible: AppSpec[] = [];
  for (const directory of new Set(specs.map((spec) => spec.directory))) {
    const known = new Map(registry.inDirectory(directory).map(({ name, spec }) => [name, spec]));
    const own = specs.filter((spec) => spec.directory === directory);
    const names = own.map(({ name }) => name);
    for (const spec of own) known.set(spec.name, spec);
    const asked = own.filter(({ name }, index) => names.indexOf(name) === index);
    for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
      failures.push(
        `${name} is the name of several apps of ${directory}. The first one is taken; rename the others.`,
      );
    for (const spec of asked) {
      const order = startOrder([spec], known);
      failures.push(...order.failures);
      if (order.failures.length === 0) possible.push(spec);
    }
  }
  return { possible, failures };
}

/** An app that is being deleted is none to start: the next one of its name begins once it is gone. */
async function untilForgotten(specs: readonly AppSpec[], registry: Registry): Promise<void> {
  for (let isFree = false; !isFree;) {
    isFree = true;
    for (const spec of specs) {
      const app = registry.find(spec);
      if (app === null || !app.instances.every(({ phase }) => phase === "removing")) continue;
      isFree = false;
      for (const one of app.instances)
        await one.watchers.until(() => (one.phase === "removing" ? null : true));
    }
  }
  for (const spec of specs) await registry.forgotten(spec);
}
