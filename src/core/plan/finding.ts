/** A finding is what `doctor` says of this machine, this account or this project. */

export const AREAS = ["right", "dead", "see", "here", "contain", "others"] as const;

/**
 * right: kill the right process; dead: make sure that it is dead; see: readings that decisions use; here: what is in
 * force in this project; contain: holding a whole job, for launching and for the demo; others: who else kills.
 */
export type Area = (typeof AREAS)[number];

export interface Finding {
  readonly area: Area;
  readonly name: string;
  /** ok: works. limited: works in part or in a lesser way. missing: does not. off: works, and is not in use. */
  readonly state: "ok" | "limited" | "missing" | "off";
  /** A sentence, with the values that were found. */
  readonly detail: string;
  /** What would make it ok; null = nothing has to be done, or nothing can be. */
  readonly enable: string | null;
  /** Which promise suffers as long as it is missing; null = it can do without. */
  readonly promise: string | null;
}

/** The promises that outrank everything else, as a finding names them. */
const PROMISES = {
  right: "it never kills the wrong process",
  dead: "what it says it killed is dead",
} as const;

export const findings = (area: Area) => {
  type Rest = [name: string, detail: string, enable?: string | null, breaks?: keyof typeof PROMISES];
  const of =
    (state: Finding["state"]) =>
    (...[name, detail, enable = null, breaks]: Rest): Finding => {
      const promise = breaks === undefined ? null : PROMISES[breaks];
      return { area, name, state, detail, enable, promise };
    };
  return { ok: of("ok"), limited: of("limited"), off: of("off"), missing: of("missing") };
};

/** Something that a promise rests on is not there. */
export const isBroken = ({ state, promise }: Finding): boolean => state === "missing" && promise !== null;
