/** One manager for what is kept, wherever it runs: another container, or another machine, may have the same home. */
import { join } from "node:path";
import { acquireLock } from "../../os/select.ts";
import { isInUse, openContainers } from "../../os/select-containers.ts";
import { spoolsOf } from "../../app-log/files.ts";
import { CommandError } from "../../text/errors.ts";
import { messageOf } from "../../text/system-error.ts";
import { ownUid } from "../../trust/open.ts";
import { listedAt } from "../../trust/small-files.ts";
import { makePrivate } from "../../trust/state.ts";
import { MANAGER } from "../../wire/manager.ts";
import { namespacesWithList, outputDirectory } from "../../host/manager-places.ts";

/** null: no lock can be had there, which is said. @throws CommandError where another manager has it */
export function lockState(directory: string, onTrouble: (what: string) => void): Disposable | null {
  // the code that needs the directory says what is wrong with it
  if (makePrivate(directory, ownUid()) !== null) return null;
  let lock: ReturnType<typeof acquireLock>;
  try {
    lock = acquireLock(join(directory, "manager.lock"), { project: directory, command: MANAGER.title });
  } catch (error) {
    onTrouble(`another manager with this home would not be noticed: ${messageOf(error)}`);
    return null;
  }
  if (!("heldBy" in lock)) return lock;
  const { heldBy } = lock;
  const why = openContainers().isAlive(heldBy)
    ? `pid ${heldBy.pid}, whose socket was removed. End it: kill ${heldBy.pid} (its apps run on, and the next manager takes them up).`
    : "it runs in another container, or on another machine with this home directory. Use it there, or set XDG_STATE_HOME here.";
  throw new CommandError(`A manager that cannot be reached keeps the apps in ${directory}: ${why}`);
}

/** The manager of another container is dead, and its apps run: here they would run a second time. @throws CommandError then */
export function requireNoneElsewhere(pidNamespace: string): void {
  for (const namespace of namespacesWithList()) {
    const spools = namespace === pidNamespace ? "" : spoolsOf(outputDirectory(namespace));
    const used = spools !== "" && listedAt(spools).find((name) => isInUse(join(spools, name)));
    if (typeof used !== "string") continue;
    throw new CommandError(
      `Apps with this home directory run in another container (one of them writes ${join(spools, used)}), and their manager is dead. ` +
        "Start one there (bunctl daemon start), or end them there (bunctl kill), or set XDG_STATE_HOME here.",
    );
  }
}
