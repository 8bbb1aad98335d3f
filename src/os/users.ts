/** Account names from /etc/passwd: passwd(5). Accounts known only to a directory service show as their number. */
import { readPasswd } from "../trust/accounts.ts";

export class Users {
  #names: ReadonlyMap<number, string> | null = null;

  /** null when the account has no line. */
  name(uid: number): string | null {
    this.#names ??= readNames();
    return this.#names.get(uid) ?? null;
  }
}

const readNames = (): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  for (const line of readPasswd().split("\n")) {
    const [name, , uid] = line.split(":");
    if (name === undefined || uid === undefined || !/^\d+$/.test(uid)) continue;
    // getpwuid(3) takes the first line of a uid.
    if (!names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
};
