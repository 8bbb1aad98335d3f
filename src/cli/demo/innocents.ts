/** Whether the innocents live: not that a pid is there, but that they still do what they are for. */
import type { Clock } from "../../ports.ts";
import type { Player } from "./players.ts";
import type { InnocentEnd } from "./verdict.ts";

const ANSWER_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

type Proof = Pick<InnocentEnd, "alive" | "proof">;

const portOf = (output: string): string | null => /^port (\d+)$/m.exec(output)?.[1] ?? null;

const bundlesIn = (output: string): number => output.match(/^bundled /gm)?.length ?? 0;

async function serverAnswers({ output }: Player): Promise<Proof> {
  const port = portOf(output());
  if (port === null) return { alive: false, proof: "it never said which port it listens on" };
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await (await fetch(`http://127.0.0.1:${port}/`, { signal })).text();
    return {
      alive: answer === "hello",
      proof: `answers "${answer}" on port ${port}, older than the timeout`,
    };
  } catch (error) {
    // refused or late: that is the finding
    return { alive: false, proof: `does not answer on port ${port}: ${String(error)}` };
  }
}

/** One more than there were: it is at work, not merely there. */
async function workGoesOn({ output }: Player, clock: Clock): Promise<Proof> {
  const before = bundlesIn(output());
  const deadlineMs = clock.monotonicMs() + ANSWER_WITHIN_MS;
  while (bundlesIn(output()) === before && clock.monotonicMs() < deadlineMs) await clock.sleep(LOOK_EVERY_MS);
  const now = bundlesIn(output());
  return now > before
    ? { alive: true, proof: `at work: its bundle number ${now} is done` }
    : { alive: false, proof: `no bundle is done after number ${before}` };
}

export async function endOfInnocent(player: Player, clock: Clock): Promise<InnocentEnd> {
  const { member, pid } = player;
  const proof = member.flags.includes("--hot")
    ? await serverAnswers(player)
    : await workGoesOn(player, clock);
  return { name: member.file, pid, ...proof };
}
