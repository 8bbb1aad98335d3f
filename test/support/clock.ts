/** Processes that see another clock (libfaketime). The monotonic clock and timers go on as they are. */
import { type Part, needs } from "./skip.ts";

/** As the Debian package lays it out, for every architecture. */
const library = [...new Bun.Glob("/usr/lib/*/faketime/libfaketime.so.1").scanSync({ absolute: true })][0];

const fakeClock: Part = {
  name: "libfaketime",
  missing: () => (library === undefined ? "faketime is not installed (npm run test:deps installs it)" : null),
};

/**
 * Environment for a process whose wall clock shows `when` ("2027-01-10 12:00:00", UTC) at its start. Not through the
 * program faketime: it makes a shared memory named for its pid, which other PID namespaces have too.
 */
export const clockAt = (when: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: library ?? "",
  FAKETIME: `@${when}`,
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
  TZ: "UTC",
});

export const needsClock = needs(fakeClock);
