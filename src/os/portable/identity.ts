/** Asks ps which process a pid means now. Start times have a resolution of one second: see AMBIGUOUS_AGE_MS of control.ts. */
import { isGone, type ProcessId } from "../../core/process/process.ts";
import { codeOf } from "../../text/system-error.ts";
import type { PsRow } from "./ps-text.ts";

export const idOf = ({ pid, startS, exe }: PsRow): ProcessId => ({ pid, startTicks: startS, exe });

type IdentityVerdict = "same" | "gone" | "identity-changed";

/** What has ended shows no executable, and no signal can do harm to it. */
export const compare = (id: ProcessId, now: PsRow | null): IdentityVerdict => {
  if (now === null) return "gone";
  if (now.startS !== id.startTicks) return "identity-changed";
  if (id.exe === null || now.exe === id.exe) return "same";
  return now.exe === null && now.state === "zombie" ? "same" : "identity-changed";
};

/** Continuing needs no unchanged executable: one that we stopped in the middle of an exec is another one by now. */
export const compareToContinue = (id: ProcessId, now: PsRow | null): IdentityVerdict =>
  compare({ ...id, exe: null }, now);

/** Whether it holds nothing any more, or the pid is somebody else's. */
export const hasEnded = (id: ProcessId, now: PsRow | null): boolean =>
  now === null || now.startS !== id.startTicks || isGone(now);

/** Whether nobody has a pid: kill(2) with signal 0, some µs. */
export const isFree = (pid: number): boolean => sendTo(pid, 0) === "gone";

export const sendTo = (pid: number, signal: number): "sent" | "gone" | "not-permitted" => {
  try {
    process.kill(pid, signal);
    return "sent";
  } catch (error) {
    const code = codeOf(error);
    if (code === "ESRCH") return "gone";
    if (code === "EPERM") return "not-permitted";
    throw error;
  }
};
