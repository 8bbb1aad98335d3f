/** Opens records and small files of ours: never a FIFO or a device, and never what another account put there. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { nameOf } from "./accounts.ts";
import { requireBelievable, UntrustedError } from "./path.ts";

/** Without O_NONBLOCK the opening of a FIFO waits for its other end (open(2)); a regular file does not know it. */
const ALWAYS = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0) | (constants.O_NOFOLLOW ?? 0);

export const ownUid = (): number | null => process.getuid?.() ?? null;

/**
 * A descriptor of a regular file that belongs to this account or to root, no link. `flags` as for open(2).
 * Throws what open(2) throws, and UntrustedError for everything else.
 */
export function openBelieved(path: string, flags: number = constants.O_RDONLY, mode = 0o600): number {
  const uid = ownUid();
  requireBelievable(path, uid);
  const fd = openSync(path, flags | ALWAYS, mode);
  const problem = problemOf(fstatSync(fd), uid);
  if (problem === null) return fd;
  closeSync(fd);
  throw new UntrustedError(`${path} ${problem}. Move it away`);
}

function problemOf(stat: Stats, uid: number | null): string | null {
  if (!stat.isFile()) return `is ${fileKindOf(stat)} and not a regular file`;
  if (uid === null || stat.uid === uid || stat.uid === 0) return null;
  return `belongs to ${nameOf(stat.uid)}`;
}

/**
 * The same through a link, to a file in the directory `within`: a link that came with a clone must not show another file
 * of the account's.
 */
export function openThroughLink(path: string, within: string): number {
  requireBelievable(path, ownUid());
  const real = realpathSync(path);
  if (dirname(real) !== realpathSync(within))
    throw new UntrustedError(`${path} leads out of its directory, to ${real}. Remove the link`);
  return openBelieved(real);
}

/** What `use` gives; the descriptor is closed after it. */
export function closing<Value>(fd: number, use: (fd: number) => Value): Value {
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * The text of a regular file, whoever's, links followed. Throws what open(2) and read(2) throw; ENXIO for what is none, EFBIG for
 * one of more bytes.
 */
export const readRegular = (path: string, mostBytes = Number.POSITIVE_INFINITY): string =>
  closing(openSync(path, constants.O_RDONLY | (ALWAYS & ~constants.O_NOFOLLOW)), (fd) => {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw refused(`${path} is ${fileKindOf(stat)} and not a regular file`, "ENXIO");
    if (stat.size > mostBytes) throw refused(`${path} has more than ${mostBytes} bytes`, "EFBIG");
    return readFileSync(fd, "utf8");
  });

const refused = (why: string, code: string): Error => Object.assign(new Error(why), { code });

/** The whole text. Throws as openBelieved does. */
export const readBelieved = (path: string): string =>
  closing(openBelieved(path), (fd) => readFileSync(fd, "utf8"));

export const fileKindOf = (stat: Stats): string => {
  if (stat.isDirectory()) return "a directory";
  if (stat.isFIFO()) return "a named pipe";
  if (stat.isSocket()) return "a socket";
  return stat.isCharacterDevice() || stat.isBlockDevice() ? "a device" : "something else";
};
