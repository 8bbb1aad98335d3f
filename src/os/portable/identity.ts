/** Asks ps which process a pid means now. Start times have a resolution of one second: see AMBIGUOUS_AGE_MS of control.ts. */
import { isGone, type ProcessId } from "../../core/process/process.ts";
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
export const isFree = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      if (error.code === "ESRCH") return true;
      // somebody else's
      if (error.code === "EPERM") return false;
    }
    throw error;
  }
};
