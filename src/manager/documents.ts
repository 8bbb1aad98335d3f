/** These documents show apps, with readings of those that run. */
import type { AppDocument, InstanceDocument } from "../wire/manager.ts";
import { codeOf } from "../text/system-error.ts";
import { logFileOf, pidFileOf } from "./files.ts";
import type { Instance } from "./instance.ts";
import type { App, Registry } from "./registry.ts";
import { instanceStatus } from "./status.ts";
import type { AppRun } from "./run.ts";

export async function appDocuments(
  apps: readonly { readonly app: App; readonly instances: readonly Instance[] }[],
  registry: Registry,
): Promise<readonly AppDocument[]> {
  return Promise.all(
    apps.map(async ({ app, instances }) => ({
      spec: app.spec,
      ...(app.brokenConfig !== null && { brokenConfig: app.brokenConfig }),
      instances: await Promise.all(instances.map((one) => document(one, registry))),
    })),
  );
}

async function document(instance: Instance, registry: Registry): Promise<InstanceDocument> {
  const { run, number, app } = instance;
  const { logs } = app.spec;
  const { hasMain, ...read } = run === null || run.isOver ? NOTHING_READ : await readings(run, registry);
  const status = instanceStatus(instance);
  return {
    ...read,
    ...status,
    // its main process has ended by itself, and what that has left behind is being ended
    state: status.state === "online" && !hasMain && instance.run === run ? "stopping" : status.state,
    outFile: logFileOf(logs, "out", number),
    errFile: logFileOf(logs, "err", number),
    pidFile: pidFileOf(app.spec, number),
  };
}

interface Readings extends Pick<
  InstanceDocument,
  "memoryBytes" | "cpuPercent" | "processes" | "descriptors" | "enforcement"
> {
  readonly hasMain: boolean;
}

const NOTHING_READ: Readings = {
  memoryBytes: null,
  cpuPercent: null,
  processes: null,
  descriptors: null,
  enforcement: null,
  hasMain: true,
};

async function readings(run: AppRun, { ports }: Registry): Promise<Readings> {
  const { handle } = run;
  if (handle === null) return NOTHING_READ;
  const enforcement = handle.enforcement;
  try {
    const info = await ports.supervisor.getProcessInfo(handle.pid);
    const { memoryBytes, cpuMs, commandLine, processes, descriptors } = info;
    return {
      // another account's process shows only its arguments, and some processes have none
      hasMain: commandLine.length > 0 || descriptors !== null,
      memoryBytes,
      cpuPercent: cpuMs === null ? null : cpuPercent(run, cpuMs, ports.clock.wallMs()),
      processes,
      descriptors,
      enforcement,
    };
  } catch (error) {
    // it has ended in this very moment, and its end is on the way; or the machine has no descriptor left
    if (codeOf(error) === null) throw error;
    return { ...NOTHING_READ, enforcement };
  }
}

/** Since the last time that somebody asked; else since its start. */
function cpuPercent(run: AppRun, ms: number, atMs: number): number | null {
  const { atMs: fromMs, ms: before } = run.cpu ?? { atMs: run.startedMs, ms: 0 };
  if (atMs <= fromMs || ms < before) return null;
  run.cpu = { atMs, ms };
  return ((ms - before) / (atMs - fromMs)) * 100;
}
