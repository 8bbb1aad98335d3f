/** An app as it is declared, as its supervisor starts it. */
import type { AppSpec } from "../core/app/app-spec.ts";
import { launchKey } from "./launched-before.ts";
import { instanceEnvironment } from "../core/app/instance-environment.ts";
import type { LoggedInstance } from "../ports/app-logs.ts";
import type { AppConfig } from "../ports/supervisor.ts";

/** These fields say where a process of an app belongs. */
export interface RunPlace {
  readonly spec: AppSpec;
  /** The number of its instance. */
  readonly number: number;
  /** The key of its output. */
  readonly key: string;
}

export function appConfig({ spec, number, key }: RunPlace): AppConfig {
  const [command = "", ...args] = spec.argv;
  const { limits } = spec;
  return {
    name: spec.name,
    key: launchKey({ app: spec, number, output: key }),
    command,
    args,
    cwd: spec.cwd,
    env: instanceEnvironment(spec, number),
    maxMemory: limits.memoryBytes,
    maxCpuPercent: limits.cpuPercent,
    maxThreads: limits.threads,
    runAs: spec.identity,
    keepTree: !spec.stop.tree,
    graceMs: spec.stop.graceMs,
  };
}

export const loggedOf = ({ spec, number, key }: RunPlace): LoggedInstance => ({
  key,
  app: spec.name,
  number,
  policy: spec.logs,
});

/** Messages are for these alone: nothing is injected into an app that asks for none. */
export const takesMessages = ({ readiness, stop }: AppSpec): boolean =>
  readiness.by === "message" || stop.byMessage;
