/**
 * Finds what ties a process to others, from its files as lsof(8) shows them, its environment as ps(1) does, and its state.
 * What neither tells is null: whose end of a pipe it is, and whether launchd started what pid 1 is the parent of.
 */
import type { Connection, EndHolder, Ties } from "../../core/process/ties.ts";
import type { ProcessSample } from "../../core/process/process.ts";
import type { OpenFile } from "./lsof-text.ts";
import type { Dialect } from "./ps-text.ts";

/** null = was not asked, could not be, or does not tell. */
export interface Told {
  readonly files: readonly OpenFile[] | null;
  readonly environment: string | null;
  readonly ancestors: readonly number[];
  /** The unit that its control group is of, "" = none. */
  readonly unit: string | null;
}

export function tiesFrom(
  { id, ppid }: Pick<ProcessSample, "id" | "ppid">,
  { files, environment, unit, ancestors }: Told,
  dialect: Dialect,
): Ties {
  const own = files?.filter(({ pid }) => pid === id.pid) ?? [];
  const isTold = own.some(({ descriptor }) => /^\d+$/.test(descriptor));
  return {
    connections: isTold ? connectionsOf(own, ancestors) : null,
    watchesFiles: isTold ? own.some((file) => isWatch(file, dialect)) : null,
    input: isTold ? inputOf(own, ancestors) : null,
    inspectedBy: environment === null ? null : inspectedBy(environment),
    // what launchd starts has pid 1 for a parent, and so has what is left over
    service: dialect === "bsd" && ppid !== 1 ? "" : unit,
    adoptedBy: null,
  };
}

/** null where a unix socket is connected, nothing else is, and to whom is not told. */
function connectionsOf(own: readonly OpenFile[], ancestors: readonly number[]): readonly Connection[] | null {
  const streams = new Set(own.flatMap(({ descriptor, inode }) => (Number(descriptor) <= 2 ? inode : [])));
  const found: Connection[] = [];
  let isUntold = false;
  for (const file of own) {
    if (file.type !== "unix") found.push(...overInternet(file));
    else if (
      Number(file.descriptor) > 2 &&
      file.state !== "LISTEN" &&
      !(file.inode !== "" && streams.has(file.inode))
    ) {
      const connection = overUnix(file, ancestors);
      if (connection === null) isUntold = true;
      else found.push(...connection);
    }
  }
  return found.length === 0 && isUntold ? null : found;
}

function overInternet(file: OpenFile): readonly Connection[] {
  const protocol = protocolOf(file);
  const [, from, to] = ENDS.exec(file.name) ?? [];
  if (protocol === null || from === undefined || to === undefined) return [];
  return [{ protocol, inode: numberOf(`${from}->${to}`), peer: to, peerInode: numberOf(`${to}->${from}`) }];
}

/** Linux's lsof names the other end (-E). A pair without a name counts by who holds it, as everywhere. */
function overUnix(
  { name, inode, state }: OpenFile,
  ancestors: readonly number[],
): readonly Connection[] | null {
  if (state !== "" && state !== "CONNECTED") return [];
  const peer = /->INO=(\d+)/.exec(name)?.[1];
  if (peer === undefined) return null;
  const connection = { protocol: "unix", inode: Number(inode), peerInode: Number(peer) } as const;
  const path = /^(?:[/@]\S*)/.exec(name)?.[0];
  if (path !== undefined) return [{ ...connection, peer: path }];
  const holders = holdersIn(name, ancestors);
  return holders.length === 0 ? [] : [{ ...connection, peer: "", holders }];
}

/** "25340,sleep,0u": who has the other end, and how. */
const END = /(\d+),([^,]*),\d+([rwu])/g;

const holdersIn = (name: string, ancestors: readonly number[]): readonly EndHolder[] =>
  [...name.matchAll(END)].flatMap(([, pid, command = "", access]) =>
    access === "r" || !ancestors.includes(Number(pid))
      ? []
      : [{ pid: Number(pid), command, names: [command], script: null, isCertain: true }],
  );

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

/** That nobody has the other end is never told: another account's process may. */
function inputOf(own: readonly OpenFile[], ancestors: readonly number[]): Ties["input"] {
  const input = own.find(({ descriptor }) => descriptor === "0");
  if (input === undefined || !STREAMS.has(input.type)) return { kind: "none" };
  return END_OF_STREAM.test(input.name) ? { kind: "held", by: holdersIn(input.name, ancestors) } : null;
}

const END_OF_STREAM = /\d+,[^,]*,\d+[wu]/;

const INSPECTED = /(?:^|\s)BUN_INSPECT(?:_CONNECT_TO)?=\S|(?:^|\s)BUN_OPTIONS=.*--inspect/;

const inspectedBy = (environment: string): string =>
  INSPECTED.test(environment) ? "is inspected (BUN_INSPECT)" : "";
