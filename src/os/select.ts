/**
 * Which mechanisms this operating system has. The only reader of `process.platform`.
 *
 * Linux has its own; every other POSIX system gets the portable backend, which `BUN_WATCHDOG_BACKEND=portable` chooses
 * on Linux too. Only the chosen one is loaded.
 */
import type { Backend } from "./backend.ts";

export type { SamplerOptions } from "./backend.ts";

export type BackendName = "native" | "portable";

const VARIABLE = "BUN_WATCHDOG_BACKEND";

/**
 * Which backend a system gets, or the error that every use of it throws: code "UNSUPPORTED_PLATFORM" or
 * "UNKNOWN_BACKEND"; both say what to do next. `wish` is the variable's value.
 */
export const chooseBackend = (platform: string, wish: string | undefined): BackendName | Error => {
  if (platform === "win32")
    return failure(
      "UNSUPPORTED_PLATFORM",
      `bun-watchdog does not know how to watch processes on ${platform} yet. Run it on Linux.`,
    );
  const isNative = platform === "linux";
  switch (wish) {
    case undefined:
    case "":
      return isNative ? "native" : "portable";
    case "portable":
      return "portable";
    case "native":
      if (isNative) return "native";
      return failure(
        "UNKNOWN_BACKEND",
        `${VARIABLE}=native: there is no native backend for ${platform}. Unset it to use the portable one.`,
      );
    default:
      return failure(
        "UNKNOWN_BACKEND",
        `${VARIABLE}=${JSON.stringify(wish)} is unknown. It takes native or portable; unset it to let the system decide.`,
      );
  }
};

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** By require: an await at the top level would hold up a daemon's end, and cannot be bundled. */
const load = (name: BackendName): Backend => {
  if (name === "native") {
    const native: typeof import("./linux/backend.ts") = require("./linux/backend.ts");
    return native.linuxBackend;
  }
  const portable: typeof import("./portable/backend.ts") = require("./portable/backend.ts");
  return portable.portableBackend(process.platform === "linux" ? "procps" : "bsd");
};

const chosen = chooseBackend(process.platform, process.env[VARIABLE]);

export const backendName = (): BackendName => {
  if (chosen instanceof Error) throw chosen;
  return chosen;
};

const refuse = (): never => {
  throw chosen;
};

/** Of a system that has none: every use of it throws. */
const NONE: Backend = {
  openSampler: refuse,
  openControl: refuse,
  openTerminals: null,
  openGatedJobs: refuse,
  listenerAccount: refuse,
  connectedAccounts: refuse,
  acquireLock: refuse,
  replaceProcess: null,
  isWritable: refuse,
  watchGrowth: refuse,
  punchHole: refuse,
  findHole: refuse,
  probe: refuse,
};

/** Throw as chooseBackend says; native openers also an Error with code "PROC_NAMESPACE", a lock what opening a file throws. */
export const {
  openSampler,
  openControl,
  openTerminals,
  openGatedJobs,
  isWritable,
  listenerAccount,
  connectedAccounts,
  acquireLock,
  replaceProcess,
  watchGrowth,
  punchHole,
  findHole,
  probe: probeMachine,
} = chosen instanceof Error ? NONE : load(chosen);
