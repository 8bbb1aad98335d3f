/**
 * The thawing process (I4) where there is no /proc: sh asks ps for the start time, in the words and the time zone in
 * which we tell it. Where no process can be started any more (a fork bomb) ps cannot be asked: then the next start of
 * the watchdog thaws, from the record.
 */
import { type GuardScript, guardScript } from "../guard.ts";
import { formatStart } from "./ps-text.ts";
import { PLAIN_ENV } from "./ps.ts";

/** Six words a process: its pid, and the five of its start time. The unquoted echo leaves one blank between words. */
const THAW = `
started() { echo $(ps -o lstart= -p "$1"); }
thaw() { if [ "$(started "$1")" = "$2 $3 $4 $5 $6" ]; then kill -CONT "$1"; fi; }`;

export const PORTABLE_GUARD: GuardScript = {
  source: guardScript(THAW),
  nameOf: ({ pid, startTicks }) => `${pid} ${formatStart(startTicks)}`,
  env: PLAIN_ENV,
};
