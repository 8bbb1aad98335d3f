/** Whether the limit that holds for all could be lower without ever having been in the way. */
import { printable } from "../../mask.ts";
import type { Need } from "../facts.ts";
import type { Advice } from "../period.ts";
import type { Measure } from "./measure.ts";

/** Fewer jobs or processes, or fewer days, have not shown what this project does. */
export const ENOUGH = 50;
export const LONG_ENOUGH_MS = 3 * 86_400_000;

/** Jobs will need more than they have needed so far. */
const ROOM = 4;
/** A limit at half its value changes something; less is not worth a person's time. */
const WORTH_IT = 0.5;

interface GeneralContext {
  readonly watchedMs: number;
  /** Some command needs more than the limit, or may need more: then it is not too loose, whatever the others use. */
  readonly isTightForSome: boolean;
}

const MOST_COMMAND_CHARACTERS = 50;

/** ", bun run build": whose it was. */
export const by = ({ command }: Need): string =>
  command === null ? "" : `, ${printable(command, MOST_COMMAND_CHARACTERS)}`;

/** The state of one limit that holds for all; `limit` in the rule's unit, null = off. */
export function adviseGeneral(
  limit: number | null,
  need: Need,
  measure: Measure,
  { watchedMs, isTightForSome }: GeneralContext,
): Advice {
  const advice = {
    limit: measure.limit,
    command: null,
    project: null,
    current: limit === null ? null : measure.inFile(limit),
    suggestion: null,
    numbers: {
      count: need.count,
      ...(limit === null ? {} : { [`limit${measure.unit}`]: limit }),
      ...(need.highest === null ? {} : { [`highest${measure.unit}`]: need.highest }),
    },
  } as const;
  const { highest } = need;
  const used =
    highest === null
      ? "nothing has ended yet"
      : `the ${measure.highest} of ${measure.samples(need.count)} not stopped for it was ${measure.say(highest)}${by(need)}`;
  const ofLimit = limit === null ? "" : ` (limit ${measure.say(limit)})`;
  if (limit === null) return { ...advice, finding: "off", evidence: used };
  if (highest === null || need.count < ENOUGH || watchedMs < LONG_ENOUGH_MS)
    return {
      ...advice,
      finding: "not-enough-data",
      evidence: `${used}${ofLimit}; it takes ${measure.samples(ENOUGH)} and three days to judge`,
    };
  if (highest > limit)
    return {
      ...advice,
      finding: "not-enough-data",
      evidence: `${used}${ofLimit}, more than it allows: whether that was needed cannot be told`,
    };
  if (isTightForSome)
    return { ...advice, finding: "fine", evidence: `${used}; for single commands see below` };
  const value = Math.max(measure.floor, measure.rounded(highest * ROOM));
  if (value > measure.inFile(limit) * WORTH_IT)
    return { ...advice, finding: "fine", evidence: `${used}${ofLimit}` };
  return {
    ...advice,
    finding: "too-loose",
    suggestion: { kind: "key", key: measure.key, value },
    evidence: `${used}${ofLimit}, so what runs away is stopped late`,
  };
}
