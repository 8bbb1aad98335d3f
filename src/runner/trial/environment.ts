/** On what a trial ran. */
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { Environment } from "../../core/bench/result.ts";

export const environmentHere = (nodeEnv: string | null): Environment => ({
  bun: Bun.version,
  nodeEnv,
  os: `${type()} ${release()}`,
  arch: arch(),
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
});
