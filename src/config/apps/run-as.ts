/** Finds the account and the rights that an app runs with. */
import type { RunAs } from "../../core/app/app-spec.ts";
import { accountOf, accountNamed, groupNamed, type NamedAccount } from "../../trust/accounts.ts";
import type { Declared } from "./keys/all.ts";

type Found =
  | { readonly identity: RunAs; readonly env: Readonly<Record<string, string>> }
  | { readonly key: "uid" | "gid"; readonly why: string; readonly next: string };

/** `uid`: the account that asks. Only root can run an app as somebody else. */
export function runAsOf(declared: Declared, uid: number | null): Found {
  const account = declared.uid === undefined ? null : accountNamed(String(declared.uid));
  if (declared.uid !== undefined && account === null)
    return {
      key: "uid",
      why: `there is no account "${declared.uid}" here`,
      next: "a name or a number of /etc/passwd",
    };
  const group = declared.gid === undefined ? null : groupNamed(String(declared.gid));
  if (declared.gid !== undefined && group === null)
    return {
      key: "gid",
      why: `there is no group "${declared.gid}" here`,
      next: "a name or a number of /etc/group",
    };
  const isOther = account !== null && account.uid !== uid;
  if ((isOther || group !== null) && uid !== 0)
    return {
      key: isOther ? "uid" : "gid",
      why: "only root can run an app as another account or group",
      next: "leave it out, or start bunctl as root",
    };
  return {
    identity: {
      uid: isOther ? account.uid : null,
      gid: group ?? (isOther ? account.gid : null),
      umask: declared.umask ?? null,
      noNewPrivileges: declared.no_new_privileges ?? false,
      dropCapabilities: declared.drop_capabilities ?? [],
    },
    env: isOther ? homeFor(account) : {},
  };
}

const homeFor = ({ uid, home, name }: NamedAccount): Readonly<Record<string, string>> => ({
  HOME: home === "" ? (accountOf(uid)?.home ?? "/") : home,
  USER: name,
  LOGNAME: name,
});
