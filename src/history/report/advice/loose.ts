/** Whether the limit that holds for all could be lower without ever having been in the way. */
import { printable } from "../../../text/mask.ts";
import type { Need, Advice, ConfigKey, LimitFinding } from "../period.ts";
import type { Measure } from "./measure.ts";

/** Fewer jobs or processes, or fewer days, have not shown what this project does. */
export const ENOUGH = 50;
export const LONG_ENOUGH_MS = 3 * 86_400_000;

/** Jobs will need more than they have needed so far. */
const ROOM = 4;
/** A limit at half its value changes something; less is not worth a person's time. */
const WORTH_IT = 0.5;

const MOST_COMMAND_CHARACTERS = 50;

/** ", bun run build": whose it was. */
export const by = ({ command }: Need): string =>
  command === null ? "" : `, ${printable(command, MOST_COMMAND_CHARACTERS)}`;

/** Says how a limit that holds for all stands; `key` is what would have to be changed, `current` its value. */
export const generalAdvice =
  (about: Pick<Advice, "limit" | "current" | "numbers">, key: ConfigKey) =>
  (finding: LimitFinding, evidence: string, value: number | null = null): Advice => ({
    ...about,
    command: null,
    project: null,
    finding,
    suggestion: value === null ? null : { kind: "key", key, value },
    evidence,
  });

/**
 * The state of one limit that holds for all; `limit` in the rule's unit, null = off. `isTightForSome`: some command needs
 * more, or may need more; then it is not too loose, whatever the others use.
 */
export function adviseGeneral(
  limit: number | null,
  need: Need,
  measure: Measure,
  { watchedMs, isTightForSome }: { readonly watchedMs: number; readonly isTightForSome: boolean },
): Advice {
  const { count, highest } = need;
  const numbers = {
    count,
    ...(limit === null ? {} : { [`limit${measure.unit}`]: limit }),
    ...(highest === null ? {} : { [`highest${measure.unit}`]: highest }),
  };
  const current = limit === null ? null : measure.inFile(limit);
  const advice = generalAdvice({ limit: measure.limit, current, numbers }, measure.key);
  const used =
    highest === null
      ? "nothing has ended yet"
      : `the ${measure.highest} of ${measure.samples(count)} not stopped for it was ${measure.say(highest)}${by(need)}`;
  if (limit === null) return advice("off", used);
  const ofLimit = ` (limit ${measure.say(limit)})`;
  if (highest === null || count < ENOUGH || watchedMs < LONG_ENOUGH_MS) {
    const few = `it takes ${measure.samples(ENOUGH)} and three days to judge`;
    return advice("not-enough-data", `${used}${ofLimit}; ${few}`);
  }
  if (highest > limit) {
    const more = "more than it allows: whether that was needed cannot be told";
    return advice("not-enough-data", `${used}${ofLimit}, ${more}`);
  }
  if (isTightForSome) return advice("fine", `${used}; for single commands see below`);
  const value = Math.max(measure.floor, measure.rounded(highest * ROOM));
  return value > measure.inFile(limit) * WORTH_IT
    ? advice("fine", `${used}${ofLimit}`)
    : advice("too-loose", `${used}${ofLimit}, so what runs away is stopped late`, value);
}
