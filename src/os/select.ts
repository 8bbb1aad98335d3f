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
const backend = chosen instanceof Error ? null : load(chosen);

/** Throws as chooseBackend says. */
export const backendName = (): BackendName => {
  if (chosen instanceof Error) throw chosen;
  return chosen;
};

const get = (): Backend => {
  if (backend === null) throw chosen;
  return backend;
};

/** Throws as chooseBackend says, and an Error with code "PROC_NAMESPACE" (native). */
export const openSampler: Backend["openSampler"] = (options) => get().openSampler(options);

/** Throws as openSampler does. */
export const openControl: Backend["openControl"] = () => get().openControl();

export const openTerminals: Backend["openTerminals"] = backend?.openTerminals ?? null;

/** Throws as chooseBackend says. */
export const openGatedJobs: Backend["openGatedJobs"] = (directories) => get().openGatedJobs(directories);

/** Throw as chooseBackend says. */
/** Throws as chooseBackend says. */
export const isWritable: Backend["isWritable"] = (fd) => get().isWritable(fd);

export const listenerAccount: Backend["listenerAccount"] = (path) => get().listenerAccount(path);
export const connectedAccounts: Backend["connectedAccounts"] = (path) => get().connectedAccounts(path);

/** What this machine and this account allow, tried out for `doctor`. Throws as chooseBackend says. */
export const probeMachine: Backend["probe"] = () => get().probe();

/** Throws as chooseBackend says, and what opening a file throws. */
export const acquireLock: Backend["acquireLock"] = (path, about) => get().acquireLock(path, about);

export const replaceProcess: Backend["replaceProcess"] = backend?.replaceProcess ?? null;
