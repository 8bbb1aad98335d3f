/** When pid and start time do not tell one process from another, and what does then. Pure. */
import { sameProcess, type ProcessSample } from "../core/process.ts";

/**
 * Two clock ticks, ms. A pid can pass to another process with the same start tick only within the tick in which
 * the first one started (30 of 30 forced reuses). So a process that was older than this when it was sampled is
 * told from every later one by pid and start time; a younger one counts once a sample taken *after* pinning
 * says the same of it again.
 */
const AMBIGUOUS_AGE_MS = 20;
export const isYoung = ({ ageMs }: ProcessSample): boolean => ageMs < AMBIGUOUS_AGE_MS;

/**
 * The same by everything that a stranger on the same pid would have to share. Arguments read in the middle of an
 * exec are empty, for one process as for the next: no evidence (3 of 22 same-tick reuses looked alike that way).
 */
export const isAlike = (a: ProcessSample, b: ProcessSample): boolean =>
  sameProcess(a.id, b.id) &&
  a.sid === b.sid &&
  a.uid === b.uid &&
  a.argv !== null &&
  a.argv.length > 0 &&
  a.argv.length === b.argv?.length &&
  a.argv.every((argument, i) => argument === b.argv?.[i]);
