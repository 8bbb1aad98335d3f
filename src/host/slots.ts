/** The slots that launches share: whose they are, how many there are, and what takes them without having asked. */
import type { Settings } from "../config/schema/settings.ts";
import type { Policy } from "../core/judge/policy.ts";
import type { SlotRecord } from "../core/process/slot.ts";
import type { Sharing, Ungated } from "../core/slots/admission.ts";
import { countUngatedBun, ownChild, ProcFiles } from "../os/select-containers.ts";
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";
import { programFile } from "../trust/package-file.ts";

interface SlotSettings {
  readonly policy: Policy;
  readonly gate: Settings["gate"];
  readonly projectRoot: string;
}

/** What the program that counts the jobs outside the gate is asked. */
export interface UngatedQuestion {
  readonly policy: Policy;
  /** Pids of the roots of those that hold a slot. */
  readonly gated: readonly number[];
  /** Pids of who waits for one. */
  readonly waiting: readonly number[];
}

/** A project's slots are its own; scope user means those of the account together, and a machine has one set of them. */
export const sharingOf = ({ policy, projectRoot }: Pick<SlotSettings, "policy" | "projectRoot">): Sharing =>
  policy.scope === "user" || policy.scope === "machine" ? null : projectRoot;

/** null = no limit. */
export const slotLimit = ({ gate, policy }: Pick<SlotSettings, "policy" | "gate">): number | null =>
  gate.maxSlots ?? policy.limits.concurrency;

/** Counts the jobs outside the gate. */
const COUNTER = "src/gate/wrapper/bun-watchdog-counter.ts";

/** What an admission asks of the machine (AdmitPorts). */
export function slotPorts(settings: SlotSettings) {
  const { policy, gate } = settings;
  return {
    ungated: async (
      room: number,
      slots: readonly SlotRecord[],
      waiting: readonly number[],
    ): Promise<readonly Ungated[]> => {
      if (!gate.countUngated || ungatedHere() < room) return [];
      // those of this project, where the slots are its own
      const whose: Policy = sharingOf(settings) === null ? policy : { ...policy, scope: "project" };
      const gated = slots.flatMap(({ root }) => root?.pid ?? []);
      return ungatedJobs({ policy: whose, gated, waiting });
    },
    queueOf: (root: Sharing): number => (root === null ? 0 : Bun.hash.crc32(root)),
  };
}

function ungatedHere(): number {
  using proc = new ProcFiles();
  return countUngatedBun(proc, process.pid);
}

/** Throws when it cannot tell. */
async function ungatedJobs(question: UngatedQuestion): Promise<readonly Ungated[]> {
  const child = Bun.spawn(ownCommand(programFile(COUNTER)), {
    cwd: "/",
    env: ownEnvironment(process.env),
    stdin: new Blob([JSON.stringify(question)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  ownChild(child);
  const [answer, trouble] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode === 0 && answer.startsWith("[")) {
    // written by our own program
    const jobs: readonly Ungated[] = JSON.parse(answer);
    return jobs;
  }
  const why = trouble.trim() || `it ended with ${child.signalCode ?? child.exitCode} and said "${answer}"`;
  throw Object.assign(
    new Error(
      `The Bun jobs outside the gate could not be counted: ${why}. Try again, or set gate.countUngated to false`,
    ),
    { code: "FAILED" },
  );
}
