/** Pids of this account's Bun processes, as /proc shows them now: nothing is measured. */
import { BUN_NAMES } from "../../os/bun-names.ts";
import { printable } from "../../text/mask.ts";
import { shortCommand } from "../../render/command-name.ts";
import { entriesAt, textAt } from "../../trust/small-files.ts";
import { asOffer, type Offer } from "./offer.ts";

/** It is gone, or somebody else's. */
const EXPECTED = ["ENOENT", "ESRCH", "EACCES", "EPERM"];
const MEANING_LENGTH = 60;

export function bunProcesses(): readonly Offer[] {
  const pids = (entriesAt("/proc", ...EXPECTED) ?? []).filter((name) => /^\d+$/u.test(name));
  return pids.filter(isOwnBun).map((pid) => {
    const command = textAt(`/proc/${pid}/cmdline`, ...EXPECTED) ?? "";
    return asOffer(pid, printable(shortCommand(command.split("\0").join(" ").trim()), MEANING_LENGTH));
  });
}

function isOwnBun(pid: string): boolean {
  if (Number(pid) === process.pid) return false;
  const name = textAt(`/proc/${pid}/comm`, ...EXPECTED)?.trim() ?? "";
  if (!BUN_NAMES.has(name)) return false;
  const [, uid] = /^Uid:\s+(\d+)/mu.exec(textAt(`/proc/${pid}/status`, ...EXPECTED) ?? "") ?? [];
  return process.getuid?.() === 0 || Number(uid) === process.getuid?.();
}
