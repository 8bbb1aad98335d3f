/** The output of apps in the foreground: it is this process's own, so nothing stands between an app and who reads it. */
import type { AppLogs } from "../../ports/app-logs.ts";

const [STDOUT, STDERR] = [1, 2];

export const passedOn = (): AppLogs => ({
  open: () => ({ streams: [STDOUT, STDERR], release: () => {} }),
  resume: () => {},
  drained: async () => {},
  close: async () => {},
  closeOthers: async () => {},
  // the person who wants to know them has seen them
  lastErrorLines: () => [],
  line: () =>
    Promise.reject(
      new Error(
        "in the foreground nobody reads the output of apps: wait for a port, a URL or a message instead",
      ),
    ),
  truncate: () => {},
  rotate: () => {},
  onLoss: () => {},
  [Symbol.asyncDispose]: async () => {},
});

/** A foreground ends with its apps: there is nothing to be kept for who comes after it. */
export const keepingNothing = {
  load: () => ({ apps: [], isSameBoot: false }),
  keepApp: () => {},
  keepInstance: () => true,
  forget: () => {},
  save: () =>
    Promise.reject(new Error("in the foreground there is nothing to save: the config file says what runs")),
  saved: async () => null,
};
