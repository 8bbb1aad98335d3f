/** What a program can say of the machine that it runs on. */
import { platformName } from "../os/select-start.ts";

export interface SystemInfo {
  /** As `process.platform` names it. */
  readonly platform: string;
  readonly arch: string;
  /** Of the operating system. */
  readonly release: string;
  readonly versions: { readonly bun: string; readonly node: string; readonly webkit: string | null };
  /** Processors that this process may use. */
  readonly processors: number;
  readonly memory: {
    /** Of the machine, bytes. */
    readonly totalBytes: number;
    /** What could be had without swapping. */
    readonly availableBytes: number;
    /** The limit of its control group; null: there is none. */
    readonly limitBytes: number | null;
  };
}

export function readSystem(): SystemInfo {
  // as it is asked for: it takes a fifth of Bun's start to load
  const os: typeof import("node:os") = require("node:os");
  const totalBytes = os.totalmem();
  const limit = process.constrainedMemory();
  return {
    platform: platformName(),
    arch: process.arch,
    release: os.release(),
    versions: {
      bun: Bun.version,
      node: process.versions.node,
      webkit: process.versions["webkit"] ?? null,
    },
    processors: os.availableParallelism(),
    memory: {
      totalBytes,
      availableBytes: process.availableMemory(),
      // without a limit Bun gives 0, the machine's memory, or a number that no machine has
      limitBytes: limit > 0 && limit < totalBytes ? limit : null,
    },
  };
}
