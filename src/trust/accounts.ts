/** What the machine's own files say of accounts, whatever the environment says: passwd(5), group(5), user_namespaces(7). */
import type { Stats } from "node:fs";
import { textAt } from "./small-files.ts";

export const OTHERS_WRITE = 0o002;
export const GROUP_WRITE = 0o020;
export const STICKY = 0o1000;

interface Account {
  readonly name: string;
  /** Absolute, or "" where the line has none. */
  readonly home: string;
  /** Its first group; NaN where the line has none. */
  readonly gid: number;
}

/** A courtesy: without the databases (small containers, directory services) an account is a number. */
const textOf = (path: string, otherwise = ""): string => textAt(path) ?? otherwise;

export const readPasswd = (): string => textOf("/etc/passwd");

/** null: no such line, or no such file. */
export function accountOf(uid: number, passwd: string = readPasswd()): Account | null {
  for (const line of passwd.split("\n")) {
    const [name, , id, group, , home] = line.split(":");
    // getpwuid(3) takes the first line of a uid
    if (name !== undefined && id === String(uid)) return { name, home: home ?? "", gid: Number(group) };
  }
  return null;
}

export interface NamedAccount extends Account {
  readonly uid: number;
  readonly gid: number;
}

/** By name or by number; null: there is none. A number needs no line to be one. */
export function accountNamed(word: string, passwd: string = readPasswd()): NamedAccount | null {
  for (const line of passwd.split("\n")) {
    const [name, , uid, gid, , home] = line.split(":");
    if (name !== undefined && name !== "" && (name === word || uid === word))
      return { name, uid: Number(uid), gid: Number(gid), home: home ?? "" };
  }
  return /^\d+$/u.test(word) ? { name: word, uid: Number(word), gid: Number(word), home: "" } : null;
}

/** The number of a group, by name or by number; null: there is none. */
export function groupNamed(word: string, groups: string = textOf("/etc/group")): number | null {
  for (const line of groups.split("\n")) {
    const [name, , gid] = line.split(":");
    if (name !== undefined && name !== "" && name === word) return Number(gid);
  }
  return /^\d+$/u.test(word) ? Number(word) : null;
}

/** `uid 1000 (alice)` */
export function nameOf(uid: number): string {
  const account = accountOf(uid);
  return account === null ? `uid ${uid}` : `uid ${uid} (${account.name})`;
}

/** Its number where nothing names it. Not os.userInfo(): in Bun that is what $USER says. */
export function ownAccountName(): string {
  const uid = process.getuid?.() ?? 0;
  return accountOf(uid)?.name ?? String(uid);
}

interface Databases {
  readonly passwd: string;
  readonly group: string;
}

const readDatabases = (): Databases => ({ passwd: readPasswd(), group: textOf("/etc/group") });

/**
 * Says who besides its owner and root may write a file, or exchange what lies in a directory: "every account", "group staff";
 * null = nobody. A group that is the account's alone is nobody else: many systems give each account one, and let it write.
 */
export function otherWriters(
  { mode, gid }: Pick<Stats, "mode" | "gid">,
  uid: number,
  databases: () => Databases = readDatabases,
): string | null {
  if ((mode & OTHERS_WRITE) !== 0) return "every account";
  if ((mode & GROUP_WRITE) === 0) return null;
  return isAlone(gid, uid, databases()) ? null : `group ${groupOf(gid, databases().group)?.name ?? gid}`;
}

function isAlone(gid: number, uid: number, { passwd, group }: Databases): boolean {
  const own = accountOf(uid, passwd)?.name;
  const known = groupOf(gid, group);
  if (known?.members.some((name) => name !== own) === true) return false;
  const primary = passwd.split("\n").filter((line) => line.split(":")[3] === String(gid));
  if (primary.some((line) => line.split(":")[2] !== String(uid))) return false;
  // one that no database knows could be anybody's
  return known !== null || primary.length > 0 || gid === process.getgid?.();
}

function groupOf(gid: number, groups: string): { name: string; members: readonly string[] } | null {
  for (const line of groups.split("\n")) {
    const [name, , id, members = ""] = line.split(":");
    if (name !== undefined && id === String(gid))
      return { name, members: members.split(",").filter((each) => each !== "") };
  }
  return null;
}

/** What the kernel shows for the first user namespace: every uid is itself. */
const EVERYBODY = /^\s*0\s+0\s+4294967295\s*$/u;

let unmapped: number | null | undefined;

/**
 * The uid that stands for all who are not mapped into this process's user namespace, the machine's root among them (its own
 * uid 0 is none then); null outside of such namespaces.
 */
export function unmappedUid(): number | null {
  if (unmapped === undefined)
    unmapped = EVERYBODY.test(textOf("/proc/self/uid_map", "0 0 4294967295"))
      ? null
      : Number(textOf("/proc/sys/kernel/overflowuid", "65534"));
  return unmapped;
}
