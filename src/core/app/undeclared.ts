/**
 * An app whose declaration is lost while it runs: it is shown, and can be stopped. Nobody knows how it is to be
 * restarted, so it is not.
 */
import type { AppIdentity, AppSpec } from "./app-spec.ts";
import { fileNameOf } from "./file-name.ts";

interface Found {
  readonly app: AppIdentity;
  /** For people: words in it may be masked. */
  readonly command: string;
  readonly cwd: string;
}

/** Its lines go where those of an app go that says nothing of its logs. */
export function undeclared({ app, command, cwd }: Found, instances: number): AppSpec {
  const file = `${app.directory}/logs/${fileNameOf(app.name)}`;
  return {
    ...app,
    source: null,
    namespace: "default",
    argv: [command],
    script: null,
    cwd,
    env: {},
    shellEnv: {},
    shellFilter: { all: false, containing: [], named: [] },
    instances,
    execMode: "fork",
    instanceVariable: "NODE_APP_INSTANCE",
    incrementVariable: null,
    restart: {
      when: "no",
      stopExitCodes: [],
      minUptimeMs: 0,
      budget: 0,
      fixedDelayMs: null,
      backoff: { firstMs: 0, capMs: 0 },
    },
    limits: { memoryBytes: null, cpuPercent: null, threads: null },
    stop: { signal: "SIGTERM", graceMs: 10_000, byMessage: false, tree: true },
    readiness: { by: "start" },
    dependsOn: [],
    watch: null,
    cron: null,
    logs: {
      out: `${file}-out.log`,
      err: `${file}-err.log`,
      combined: null,
      merge: instances === 1,
      dateFormat: null,
      maxBytes: 10 * 1_048_576,
      daily: false,
      keep: 10,
      keepMs: null,
      compress: true,
    },
    pidFile: null,
    identity: { uid: null, gid: null, umask: null, noNewPrivileges: false, dropCapabilities: [] },
  };
}
