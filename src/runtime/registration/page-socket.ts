/** Where the page's server listens for programs: a socket that nobody but this account and root can have put there. */
import { lstatSync } from "node:fs";
import { ownRuntimeDirectories, runtimePath } from "../../os/runtime-directory.ts";
import { socketPeer } from "../../os/select-start.ts";
import { PROGRAMS_SOCKET } from "../../wire/programs.ts";

const OWNER_ONLY = 0o600;

/** null: no server of this account listens, as far as the names in its directories tell. */
export function pageSocket(uid: number): string | null {
  for (const directory of ownRuntimeDirectories(uid)) {
    const path = runtimePath(directory, PROGRAMS_SOCKET, "sock");
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSocket() === true && stat.uid === uid && (stat.mode & 0o777) === OWNER_ONLY) return path;
  }
  return null;
}

/** By the kernel's word, once it is connected. */
export function isOwnServer(fd: number, uid: number): boolean {
  const peer = socketPeer(fd);
  return peer !== null && (peer.uid === uid || peer.uid === 0);
}
