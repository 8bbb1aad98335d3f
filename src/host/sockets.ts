/**
 * The services of this account listen on these sockets. If somebody else listens on one of them, that one is
 * not asked.
 */
import { basename, join } from "node:path";
import { ownRuntimeDirectories, runtimePath } from "../os/runtime-directory.ts";
import { listenerAccount } from "../os/select.ts";
import { listedAt } from "../trust/small-files.ts";
import { connect, type RunningService } from "../wire/client.ts";
import type { About, Protocol, Routes } from "../wire/routes.ts";
import { uid } from "./watch-ports.ts";

/** Every socket in this PID namespace whose name begins like that; a service may no longer listen on it. */
export function socketsOf(prefix: string): readonly string[] {
  return ownRuntimeDirectories(uid()).flatMap((directory) => {
    const ending = basename(runtimePath(directory, "", "sock"));
    // none: no service has run for this account since the machine started
    return listedAt(directory)
      .filter((name) => name.startsWith(prefix) && name.endsWith(ending))
      .map((name) => join(directory, name))
      .filter((path) => isBelieved(listenerAccount(path)));
  });
}

/** Root may ask and answer everybody. Null: nobody is there, which who connects finds out. */
const isBelieved = (account: number | null): boolean =>
  account === null || account === uid() || account === 0;

/** The running service of exactly that name; null = none. @throws ServiceError */
export async function findService<R extends Routes, A extends About>(
  protocol: Protocol<R, A>,
  name: string,
): Promise<RunningService<Protocol<R, A>> | null> {
  for (const path of socketsOf(name)) {
    if (basename(path) !== basename(runtimePath("", name, "sock"))) continue;
    const running = await connect(path, protocol);
    if (running !== null) return running;
  }
  return null;
}
