/** Which mechanisms this operating system has. The only reader of `process.platform`. */
import type { Finding } from "../core/finding.ts";
import type { ProcessControl, ProcessSampler } from "../ports.ts";
import { openLinuxControl } from "./linux/control.ts";
import { openLinuxSampler, type SamplerOptions } from "./linux/sampler.ts";

export type { SamplerOptions } from "./linux/sampler.ts";

/** Throws an Error with code "UNSUPPORTED_PLATFORM" or "PROC_NAMESPACE"; both say what to do next. */
export const openSampler = (options: SamplerOptions): ProcessSampler => {
  requireLinux();
  return openLinuxSampler(options);
};

/** Throws as openSampler does. */
export const openControl = (): ProcessControl => {
  requireLinux();
  return openLinuxControl();
};

/** What this machine and this account allow, tried out for `doctor`. */
export const probeMachine = async (): Promise<readonly Finding[]> => {
  if (process.platform === "linux") return (await import("./linux/probe/all.ts")).probeLinux();
  const { findings } = await import("../core/finding.ts");
  return [findings("see").limited("this system", `nothing is probed on ${process.platform} yet`)];
};

const requireLinux = (): void => {
  if (process.platform === "linux") return;
  throw Object.assign(
    new Error(
      `bun-watchdog does not know how to watch processes on ${process.platform} yet. Run it on Linux.`,
    ),
    { code: "UNSUPPORTED_PLATFORM" },
  );
};
