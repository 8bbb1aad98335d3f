/** `scale` is asked for a count or a change: `3`, `+2`, `-1`. */
import type { AppSpec } from "./app-spec.ts";

/** More would be a typing mistake that takes the machine down. */
export const MOST_INSTANCES = 1_000;

/** Returns how many instances there are to be, or a sentence if that cannot be. */
export function scaledTo(change: string, now: number): number | string {
  const match = /^(?<sign>[+-]?)(?<number>\d{1,6})$/u.exec(change.trim())?.groups;
  if (match === undefined)
    return `"${change}" is no number of instances. Write 3, or +2 for two more, or -1 for one fewer.`;
  const number = Number(match["number"]);
  const wanted = match["sign"] === "" ? number : now + (match["sign"] === "+" ? number : -number);
  if (wanted < 1)
    return `An app has at least one instance, and ${change} would leave ${Math.max(0, wanted)}. To have none, stop it or delete it.`;
  if (wanted > MOST_INSTANCES)
    return `${wanted} instances are more than the ${MOST_INSTANCES} that one app may have.`;
  return wanted;
}

export const scaled = (spec: AppSpec, instances: number): AppSpec => ({
  ...spec,
  instances,
  scaledFrom: spec.scaledFrom ?? spec.instances,
});

/** As it is declared now, in the number that a person has asked for meanwhile: unless another number is declared, or asked for, than then. */
export function keptScale(now: AppSpec, declared: AppSpec): AppSpec {
  const isAskedFor = Object.hasOwn(declared.reading?.overrides ?? {}, "instances");
  return isAskedFor || now.scaledFrom !== declared.instances ? declared : scaled(declared, now.instances);
}
