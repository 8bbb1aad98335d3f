/** Who besides its owner may write a file, or exchange what lies in a directory: inode(7), group(5), passwd(5). */
import { readFileSync, type Stats } from "node:fs";
import { accountOf, readPasswd } from "./accounts.ts";

const OTHERS_WRITE = 0o002;
const GROUP_WRITE = 0o020;

export interface Accounts {
  readonly passwd: string;
  readonly group: string;
}

const readAccounts = (): Accounts => ({ passwd: readPasswd(), group: readGroups() });

/**
 * "every account", "group staff"; null = nobody but the owner and root. A group that is the account's alone is nobody else:
 * many systems give each account one, and let it write by default.
 */
export function otherWriters(
  { mode, gid }: Pick<Stats, "mode" | "gid">,
  uid: number,
  accounts: () => Accounts = readAccounts,
): string | null {
  if ((mode & OTHERS_WRITE) !== 0) return "every account";
  if ((mode & GROUP_WRITE) === 0) return null;
  return isAlone(gid, uid, accounts()) ? null : `group ${groupOf(gid, accounts().group)?.name ?? gid}`;
}

function isAlone(gid: number, uid: number, { passwd, group }: Accounts): boolean {
  const own = accountOf(uid, passwd)?.name;
  const known = groupOf(gid, group);
  if (known?.members.some((name) => name !== own) === true) return false;
  const primary = passwd.split("\n").filter((line) => line.split(":")[3] === String(gid));
  if (primary.some((line) => line.split(":")[2] !== String(uid))) return false;
  // one that no database knows could be anybody's
  return known !== null || primary.length > 0 || gid === process.getgid?.();
}

function groupOf(
  gid: number,
  groups: string,
): { readonly name: string; readonly members: readonly string[] } | null {
  for (const line of groups.split("\n")) {
    const [name, , id, members = ""] = line.split(":");
    if (name !== undefined && id === String(gid))
      return { name, members: members.split(",").filter((each) => each !== "") };
  }
  return null;
}

function readGroups(): string {
  try {
    return readFileSync("/etc/group", "utf8");
  } catch (error) {
    // as for accounts: a courtesy
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}
