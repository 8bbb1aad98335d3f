/** What still tells one process from another where pid and start time do not. Pure. */
import { sameProcess, type ProcessSample } from "../core/process.ts";

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
