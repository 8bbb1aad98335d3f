/**
 * What ties a process to others, from its files as lsof(8) shows them, its environment as ps(1) does, and its state.
 * What neither tells is null: whose end of a pipe it is, and whether launchd started what pid 1 is the parent of.
 */
import type { Connection, Ties } from "../../core/evidence/ties.ts";
import type { ProcessSample } from "../../core/process.ts";
import type { OpenFile } from "./lsof-text.ts";
import type { Dialect } from "./ps-text.ts";

/** null = was not asked, could not be, or does not tell. */
export interface Told {
  readonly files: readonly OpenFile[] | null;
  readonly environment: string | null;
  /** The unit that its control group is of, "" = none. */
  readonly unit: string | null;
}

export function tiesFrom(
  { id, ppid }: Pick<ProcessSample, "id" | "ppid">,
  { files, environment, unit }: Told,
  dialect: Dialect,
): Ties {
  const own = files?.filter(({ pid }) => pid === id.pid) ?? [];
  const isTold = own.some(({ descriptor }) => /^\d+$/.test(descriptor));
  return {
    connections: isTold ? connectionsOf(own) : null,
    watchesFiles: isTold ? own.some((file) => isWatch(file, dialect)) : null,
    input: isTold ? inputOf(own) : null,
    inspectedBy: environment === null ? null : inspectedBy(environment),
    // what launchd starts has pid 1 for a parent, and so has what is left over
    service: dialect === "bsd" && ppid !== 1 ? "" : unit,
    adoptedBy: null,
  };
}

/** null where a pair of sockets may be one and nothing else is. */
function connectionsOf(own: readonly OpenFile[]): readonly Connection[] | null {
  const found = own.flatMap((file): Connection[] => {
    const protocol = protocolOf(file);
    const [, from, to] = ENDS.exec(file.name) ?? [];
    if (protocol === null || from === undefined || to === undefined) return [];
    return [{ protocol, inode: numberOf(`${from}->${to}`), peer: to, peerInode: numberOf(`${to}->${from}`) }];
  });
  const isOpen = own.some(
    ({ type, descriptor, state }) => type === "unix" && Number(descriptor) > 2 && state !== "LISTEN",
  );
  return found.length === 0 && isOpen ? null : found;
}

const ENDS = /^(\S+)->(\S+)$/;

/** Of a connection that is established: a UDP socket with a peer has no state. */
function protocolOf({ protocol, state }: OpenFile): "tcp" | "udp" | null {
  if (protocol === "TCP") return state === "ESTABLISHED" ? "tcp" : null;
  return protocol === "UDP" ? "udp" : null;
}

/** lsof gives the sockets of a BSD no number that both ends share: equal for equal ends is enough. */
const numberOf = (ends: string): number => Bun.hash.crc32(ends);

/** A BSD watches directories that it has opened, or through a daemon (FSEvents), which nobody sees. */
const isWatch = ({ type, name, descriptor }: OpenFile, dialect: Dialect): boolean =>
  dialect === "procps"
    ? /^(?:anon_inode:)?\[?(?:inotify|fanotify)/.test(name)
    : type === "DIR" && /^\d+$/.test(descriptor);

const STREAMS: ReadonlySet<string> = new Set(["FIFO", "PIPE", "unix", "IPv4", "IPv6", "sock"]);

function inputOf(own: readonly OpenFile[]): Ties["input"] {
  const input = own.find(({ descriptor }) => descriptor === "0");
  return input !== undefined && STREAMS.has(input.type) ? null : { kind: "none" };
}

const INSPECTED = /(?:^|\s)BUN_INSPECT(?:_CONNECT_TO)?=\S|(?:^|\s)BUN_OPTIONS=.*--inspect/;

const inspectedBy = (environment: string): string =>
  INSPECTED.test(environment) ? "is inspected (BUN_INSPECT)" : "";
