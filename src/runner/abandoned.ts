/** Ends what a dead runner has left: its jobs are nobody's, and were to end with it. */
import { adoptJob } from "../launch/adopt.ts";
import type { LaunchPorts } from "../launch/request.ts";
import { codeOf, messageOf } from "../text/system-error.ts";
import { removeAbandonedFolders } from "./run-folder.ts";

const TERMS = {
  limits: { timeoutMs: null, memoryBytes: null, cpu: null },
  graceMs: 2_000,
  keep: false,
} as const;

/** Resolves when they have ended; a run need not wait for it. */
export async function endAbandoned(ports: LaunchPorts): Promise<void> {
  const left = ports.gatehouse.slots().filter(({ held, record }) => !held && record.owner.kind === "runner");
  await Promise.all(
    left.map(async ({ record }) => {
      try {
        const job = await adoptJob(record, "runner", TERMS, ports);
        job?.stop("the runner that started it is dead", TERMS.graceMs);
        await job?.ended;
      } catch (error) {
        ports.onTrouble(
          `what a dead runner has left could not be ended (${record.command}): ${messageOf(error)}`,
        );
      }
    }),
  );
  try {
    removeAbandonedFolders(ports);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    ports.onTrouble(`a folder that a dead runner has left could not be removed: ${messageOf(error)}`);
  }
}
