/**
 * Holds the folder that a file is in, so that all that follows happens there. Root sets up checkouts of other accounts, and
 * their owners may put a link in a folder's place between a look at a path and its use.
 */
import { closeSync, constants, openSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Bounds, isNamedWithin } from "./bounds.ts";
import { SetupRefusal } from "./refusal.ts";
import { orElse } from "../text/system-error.ts";

export interface Pinned {
  /** Of the folder. Who asked closes it. */
  readonly fd: number;
  /** Of the file, through the descriptor where the system has such paths. */
  readonly path: string;
}

/** Where a descriptor really leads; null where the system does not tell (proc_pid_fd(5)). */
export const placeOf = (fd: number): string | null => orElse(null, () => readlinkSync(`/proc/self/fd/${fd}`));

/** `bounds`: where it has to be; null = wherever. @throws SetupRefusal */
export function pinned(path: string, bounds: Bounds | null): Pinned {
  const fd = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  const place = placeOf(fd);
  if (place === null) return { fd, path };
  const name = basename(path);
  if (bounds === null || isNamedWithin(join(place, name), bounds))
    return { fd, path: `/proc/self/fd/${fd}/${name}` };
  closeSync(fd);
  throw new SetupRefusal(`leads out of the project by now, to ${place}`);
}
