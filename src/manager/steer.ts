/** Starts, stops and restarts instances in the order of dependence, and says what became of each. */
import { startOrder } from "../core/app/dependence.ts";
import type { Instance } from "./instance.ts";
import { hasStarted, isStopped, hasGone, type Answered } from "./outcomes.ts";
import type { App, Registry } from "./registry.ts";
import { reloadInstance, restartInstance } from "./renew.ts";

export interface SteeredApp {
  readonly app: App;
  readonly instances: readonly Instance[];
}

/** Sentences, none for what is done. */
export type Failures = readonly string[];

/** The apps that they depend on start with them, and before them. */
export async function startGroups(groups: readonly SteeredApp[], registry: Registry): Promise<Failures> {
  const { ordered, failures } = inOrder(groups, registry);
  const asked = ordered.flatMap(({ app, instances }) => {
    const event = registry.mayStart(app) ? "start" : "hold";
    for (const instance of instances) if (!isUp(instance)) instance.request(event);
    return instances;
  });
  return [...failures, ...(await outcomes(asked, (one) => hasStarted(one, registry)))];
}

const isUp = ({ phase }: Instance): boolean => phase === "online" || phase === "starting";

export interface RestartHow {
  readonly how: "restart" | "reload";
  readonly parallel: boolean;
}

/** One instance of an app after the other; an app after those that it depends on. */
export async function restartGroups(
  groups: readonly SteeredApp[],
  { how, parallel }: RestartHow,
  registry: Registry,
): Promise<Failures> {
  const renew = (instance: Instance): Promise<Answered> =>
    how === "reload" ? reloadInstance(instance, registry) : restartInstance(instance, registry);
  const { ordered, failures } = inOrder(groups, registry);
  const found = await follow(
    ordered,
    ({ app }) => app.spec.dependsOn,
    async ({ instances }) => {
      if (parallel) return failuresOf(await Promise.all(instances.map(renew)));
      const all: string[] = [];
      for (const instance of instances) {
        const { failure } = await renew(instance);
        if (failure === null) continue;
        all.push(failure);
        // the others go on as they are
        if (how === "reload") break;
      }
      return all;
    },
  );
  return [...failures, ...found];
}

/** The apps that depend on an app stop before it. */
export const stopGroups = (
  groups: readonly SteeredApp[],
  event: "stop" | "remove",
  registry: Registry,
): Promise<Failures> =>
  follow(
    groups,
    ({ app }) => groups.filter((other) => dependsOn(other.app, app)).map((other) => other.app.name),
    async ({ app, instances }) => {
      for (const instance of instances) instance.request(event);
      const failures = await outcomes(instances, event === "stop" ? isStopped : hasGone);
      const written = Promise.all([registry.forgotten(app), ...instances.map(({ exits }) => exits.drained)]);
      await atMost(MOST_DRAINING_MS, written, registry);
      return failures;
    },
  );

/** A disk that hangs holds up no answer for longer: the app has stopped all the same. */
const MOST_DRAINING_MS = 5_000;

async function atMost(ms: number, done: Promise<unknown>, { ports }: Registry): Promise<void> {
  const late = new AbortController();
  await Promise.race([done, ports.clock.sleep(ms, late.signal)]);
  late.abort();
}

const dependsOn = (app: App, other: App): boolean =>
  app.directory === other.directory && app.spec.dependsOn.includes(other.name);

/** Does it to each group as soon as it is done to those that are named before it; the rest at the same time. */
async function follow(
  groups: readonly SteeredApp[],
  before: (group: SteeredApp) => readonly string[],
  act: (group: SteeredApp) => Promise<Failures>,
): Promise<Failures> {
  const under = new Map<SteeredApp, Promise<Failures>>();
  const run = (group: SteeredApp, above: readonly SteeredApp[]): Promise<Failures> => {
    const known = under.get(group);
    if (known !== undefined) return known;
    const names = before(group);
    // a circle cannot be followed: who is in it does not wait for itself
    const first = groups.filter(
      (other) =>
        !above.includes(other) &&
        other !== group &&
        other.app.directory === group.app.directory &&
        names.includes(other.app.name),
    );
    const done = Promise.all(first.map((other) => run(other, [...above, group]))).then(() => act(group));
    under.set(group, done);
    return done;
  };
  return (await Promise.all(groups.map((group) => run(group, [])))).flat();
}

/** The groups, and before them what they depend on and what does not run. */
function inOrder(
  groups: readonly SteeredApp[],
  registry: Registry,
): { readonly ordered: readonly SteeredApp[]; readonly failures: Failures } {
  const failures: string[] = [];
  const ordered: SteeredApp[] = [];
  for (const directory of new Set(groups.map(({ app }) => app.directory))) {
    const known = new Map(registry.inDirectory(directory).map((app) => [app.name, depending(app)]));
    const own = groups.filter(({ app }) => app.directory === directory);
    const asked = own.flatMap(({ app }) => known.get(app.name) ?? []);
    const order = startOrder(asked, known);
    failures.push(...order.failures);
    for (const { app } of order.order)
      ordered.push(
        own.find((group) => group.app === app) ?? {
          app,
          instances: app.instances.filter((one) => !isUp(one)),
        },
      );
  }
  return { ordered, failures };
}

const depending = (app: App): { app: App; name: string; dependsOn: readonly string[] } => ({
  app,
  name: app.name,
  dependsOn: app.spec.dependsOn,
});

const outcomes = async (
  instances: readonly Instance[],
  outcome: (instance: Instance) => Answered | null,
): Promise<Failures> =>
  failuresOf(
    await Promise.all(instances.map((instance) => instance.watchers.until(() => outcome(instance)))),
  );

const failuresOf = (all: readonly Answered[]): Failures => all.flatMap(({ failure }) => failure ?? []);
