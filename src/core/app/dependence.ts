/** The order in which apps of one directory start: what an app depends on comes before it. They stop the other way round. */
import { nearest } from "../../text/nearest.ts";
import type { InstanceExit, Phase } from "./app-state.ts";

interface Depending {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

interface StartOrder<App> {
  /** Without those that can never start. */
  readonly order: readonly App[];
  /** A sentence for each of these. */
  readonly failures: readonly string[];
}

/** `apps` are those that are to start; `known` has all of the directory, those among them. What they depend on is added. */
export function startOrder<App extends Depending>(
  apps: readonly App[],
  known: ReadonlyMap<string, App>,
): StartOrder<App> {
  const failures: string[] = [];
  let order = new Set<App>();
  for (const app of apps) {
    const withIt = new Set(order);
    const failure = add(app, withIt, known, []);
    if (failure === null) order = withIt;
    else failures.push(failure);
  }
  return { order: [...order], failures };
}

/**
 * Adds everything that the app depends on, directly or not, and then the app. Returns a sentence if that
 * cannot be.
 */
function add<App extends Depending>(
  app: App,
  order: Set<App>,
  known: ReadonlyMap<string, App>,
  above: readonly string[],
): string | null {
  if (order.has(app)) return null;
  const chain = [...above, app.name];
  if (above.includes(app.name)) return circle(chain);
  for (const name of app.dependsOn) {
    const next = known.get(name);
    const failure =
      next === undefined ? unknown(app, name, [...known.keys()]) : add(next, order, known, chain);
    if (failure !== null) return failure;
  }
  order.add(app);
  return null;
}

const circle = (chain: readonly string[]): string =>
  `${chain[0]} cannot start, since apps depend on each other in a circle: ${chain
    .slice(chain.indexOf(chain.at(-1) ?? ""))
    .join(" → ")}. Take one of them out of depends_on.`;

const unknown = (app: Depending, name: string, known: readonly string[]): string => {
  const near = nearest(
    name,
    known.filter((one) => one !== app.name),
  );
  const next = near === null ? "Start that app too, or take it out of depends_on." : `Did you mean ${near}?`;
  return `${app.name} cannot start: it depends on ${name}, and there is no such app in its folder. ${next}`;
};

/** Tells whether the apps that depend on it may start: it is up, or it has done its work. */
export const isReadyToDependOn = ({
  phase,
  lastExit,
}: {
  readonly phase: Phase;
  readonly lastExit: InstanceExit | null;
}): boolean => phase === "online" || (phase === "ended" && lastExit?.code === 0);

/** It is not ready, and nothing is under way that could make it so soon. */
export const isDown = (phase: Phase): boolean => DOWN.has(phase);

const DOWN: ReadonlySet<Phase> = new Set([
  "waiting",
  "retrying",
  "ended",
  "stopped",
  "stopping",
  "removing",
  "gone",
]);
