/** Asks which jobs run outside the gate, where their processes could fill the slots. */
import type { Ungated } from "../../core/admission.ts";
import type { Policy } from "../../core/policy.ts";
import type { SlotRecord } from "../../core/slot.ts";
import { ownChild } from "../../os/linux/contain/own-children.ts";
import type { Question } from "./bun-watchdog-counter.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";

/** `counter`: path of the program that is asked. Throws when it cannot tell. */
export async function ungatedJobs(
  counter: string,
  policy: Policy,
  slots: readonly SlotRecord[],
): Promise<readonly Ungated[]> {
  const question: Question = { policy, gated: slots.flatMap(({ root }) => root?.pid ?? []) };
  const child = Bun.spawn(ownCommand(counter), {
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
