/** One manager for what is kept, wherever it runs: another container, or another machine, may have the same home. */
import { join } from "node:path";
import { acquireLock } from "../../os/select.ts";
import { openContainers } from "../../os/select-containers.ts";
import { CommandError } from "../../text/errors.ts";
import { messageOf } from "../../text/system-error.ts";
import { ownUid } from "../../trust/open.ts";
import { makePrivate } from "../../trust/state.ts";
import { MANAGER } from "../../wire/manager.ts";

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
