/**
 * An outcome tells whether what was asked of an instance has happened, or cannot happen any more. Null = it
 * is still under way.
 */
import { isDown, isReadyToDependOn } from "../core/app/dependence.ts";
import type { Instance } from "./instance.ts";
import type { Registry } from "./registry.ts";

export interface Answered {
  /** A sentence; null = it is done. */
  readonly failure: string | null;
}

const DONE: Answered = { failure: null };

const not = (instance: Instance, what: string): Answered => ({ failure: `${titleOf(instance)} ${what}` });

/** `api`, or `api (instance 2)` where it has several. */
export const titleOf = ({ app, number }: Instance): string =>
  app.spec.instances === 1 ? app.spec.name : `${app.spec.name} (instance ${number})`;

export function hasStarted(instance: Instance, registry: Registry): Answered | null {
  const { phase, lastExit } = instance;
  switch (phase) {
    case "starting":
    case "restarting":
      return null;
    case "online":
      return DONE;
    case "held":
      return waitsInVain(instance, registry);
    case "ended":
      return lastExit?.code === 0
        ? DONE
        : not(instance, `has not started: it ${lastExit?.words}. See: bunctl logs`);
    case "waiting":
    case "retrying":
      return not(instance, `has not started: it ${lastExit?.words}. It is tried again; see: bunctl logs`);
    case "stopped":
    case "stopping":
    case "removing":
    case "gone":
      return not(instance, "was stopped meanwhile by another request.");
  }
}

function waitsInVain(instance: Instance, registry: Registry): Answered | null {
  const { directory, spec } = instance.app;
  for (const name of spec.dependsOn) {
    const instances = registry.find({ directory, name })?.instances ?? [];
    const down = instances.find((one) => isDown(one.phase) && !isReadyToDependOn(one));
    if (down === undefined && instances.length > 0) continue;
    const why = down?.lastExit === null || down === undefined ? "" : ` (it ${down.lastExit.words})`;
    return not(instance, `waits for ${name}, which does not run${why}. It starts once that is ready.`);
  }
  return null;
}

export function isStopped(instance: Instance): Answered | null {
  switch (instance.phase) {
    case "stopped":
    case "gone":
      return hasEnded(instance);
    case "stopping":
    case "removing":
      return null;
    case "held":
    case "starting":
    case "online":
    case "waiting":
    case "retrying":
    case "ended":
    case "restarting":
      return not(instance, "was started again meanwhile by another request.");
  }
}

export const hasGone = (instance: Instance): Answered | null =>
  instance.phase === "gone" ? hasEnded(instance) : null;

/** What was to be killed and lives waits in the kernel, for a disk or a network mount. */
const hasEnded = (instance: Instance): Answered =>
  instance.exits.left === null ? DONE : not(instance, `has ended, but ${instance.exits.left}.`);
