/** What a run leaves in files while it lasts: in a folder that is nobody else's, and whose name says whose it is. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LaunchPorts } from "../launch/request.ts";
import { ensureRuntimeDirectory } from "../os/runtime-directory.ts";
import { messageOf } from "../text/system-error.ts";
import { ownUid } from "../trust/open.ts";

const NAME = /^(?:isolate|trial)-(\d+)-(\d+)-(\d+)-/u;

const runtimeDirectory = (): string => ensureRuntimeDirectory(ownUid() ?? 0);

export function makeRunFolder(kind: "isolate" | "trial", { self }: Pick<LaunchPorts, "self">): string {
  const { pidNamespace, id } = self;
  return mkdtempSync(join(runtimeDirectory(), `${kind}-${pidNamespace}-${id.pid}-${id.startTicks}-`));
}

/** What the run has come to stays what it is. */
export function removeRunFolder(folder: string, { onTrouble }: Pick<LaunchPorts, "onTrouble">): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    onTrouble(`${folder} could not be removed: ${messageOf(error)}`);
  }
}

/** The folders of runs that were KILLed. */
export function removeAbandonedFolders({ self, containers }: Pick<LaunchPorts, "self" | "containers">): void {
  const directory = runtimeDirectory();
  for (const name of readdirSync(directory)) {
    const [, pidNamespace, pid, startTicks] = NAME.exec(name) ?? [];
    if (pidNamespace !== self.pidNamespace) continue;
    if (containers.isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue;
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}
