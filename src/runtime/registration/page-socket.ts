/** Where the page's server listens while somebody looks: a socket that nobody but this account and root can have put there. */
import { lstatSync } from "node:fs";
import { basename } from "node:path";
import { ownRuntimeDirectories, runtimePath } from "../../os/runtime-directory.ts";
import { socketPeer } from "../../os/select-start.ts";
import { watchFolder } from "../../os/watch-folder.ts";
import { orElse } from "../../text/system-error.ts";
import { PROGRAMS_SOCKET } from "../../wire/programs.ts";

const OWNER_ONLY = 0o600;

/** null: nobody looks. */
export function pageSocket(uid: number): string | null {
  for (const directory of ownRuntimeDirectories(uid)) {
    const path = runtimePath(directory, PROGRAMS_SOCKET, "sock");
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSocket() === true && stat.uid === uid && (stat.mode & 0o777) === OWNER_ONLY) return path;
  }
  return null;
}

interface PageNews {
  /** Something has come to have that name, or has it no more. */
  readonly onCome: () => void;
  /** Nothing more is told: the folder is gone. */
  readonly onGone: () => void;
}

/** Keeps no program alive. null: there is no such folder yet, or the system lets no more be watched. */
export function watchForPage(uid: number, { onCome, onGone }: PageNews): Disposable | null {
  const [directory] = ownRuntimeDirectories(uid);
  if (directory === undefined) return null;
  const name = basename(runtimePath(directory, PROGRAMS_SOCKET, "sock"));
  const onChange = (path: string, isRename: boolean): void => {
    if (isRename && basename(path) === name) onCome();
  };
  return orElse(null, () => watchFolder(directory, { onChange, onGone }, { keepsAlive: false }));
}

/** By the kernel's word, once it is connected. */
export function isOwnServer(fd: number, uid: number): boolean {
  const peer = socketPeer(fd);
  return peer !== null && (peer.uid === uid || peer.uid === 0);
}
