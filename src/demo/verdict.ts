/** What the watchdog says, event by event, retold for somebody who sees it for the first time; and how the demo ended. */
import type { WatchdogEvent } from "../core/plan/event.ts";
import { type Signal, isDead, type TargetOutcome } from "../core/plan/outcome.ts";
import type { Player } from "./players.ts";
import type { Clock } from "../ports/clock.ts";
import { duration } from "../text/wording.ts";
import { describeOutcome } from "../render/describe-outcome.ts";

type Intent = Extract<WatchdogEvent, { readonly type: "intent" }>;
type Ending = Extract<WatchdogEvent, { readonly type: "outcome" }>;

export type RunawayEnd = Awaited<ReturnType<typeof endOfRunaway>>;
export type InnocentEnd = Awaited<ReturnType<typeof endOfInnocent>>;

export interface ProgramEnds {
  readonly runaways: readonly RunawayEnd[];
  readonly innocents: readonly InnocentEnd[];
}

export const isSuccess = ({ runaways, innocents }: ProgramEnds): boolean =>
  runaways.every(({ dead, rule }) => dead && rule !== null) && innocents.every(({ alive }) => alive);

/** What the watchdog says it killed is dead by then: the pins only confirm it. */
const CONFIRM_WITHIN_MS = 1_000;

export async function endOfRunaway(player: Player, events: readonly WatchdogEvent[]) {
  const its = events.filter((event) => "victim" in event && event.victim.id.pid === player.pid);
  const intent = its.find((event): event is Intent => event.type === "intent");
  const ending = its.find((event): event is Ending => event.type === "outcome");
  const outcomes = ending?.outcomes ?? [];
  const ended = await Promise.all(player.pins.map((pin) => pin.exited(CONFIRM_WITHIN_MS)));
  return {
    name: player.member.file,
    pid: player.pid,
    processes: player.pins.length,
    /** By the kernel's word, not the watchdog's. */
    dead: ended.every(Boolean),
    /** null = the watchdog did nothing about it. */
    rule: intent?.rule ?? null,
    evidence: intent?.evidence ?? null,
    signals: signalsOf(outcomes),
    /** From the decision to the last process's end. */
    tookMs: ending === undefined ? null : Math.max(...outcomes.map(({ tookMs }) => tookMs)),
    how: ending === undefined ? "the watchdog did not stop it" : howItEnded(outcomes),
  };
}

const ANSWER_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

type Proof = Readonly<{ alive: boolean; proof: string }>;

const bundlesIn = (output: string): number => output.match(/^bundled /gm)?.length ?? 0;

async function serverAnswers({ output }: Player): Promise<Proof> {
  const port = /^port (\d+)$/m.exec(output())?.[1];
  if (port === undefined) return { alive: false, proof: "it never said which port it listens on" };
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await (await fetch(`http://127.0.0.1:${port}/`, { signal })).text();
    const proof = `answers "${answer}" on port ${port}, older than the timeout`;
    return { alive: answer === "hello", proof };
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

export async function endOfInnocent(player: Player, clock: Clock) {
  const { member, pid } = player;
  const isServer = member.flags.includes("--hot");
  const proof = await (isServer ? serverAnswers(player) : workGoesOn(player, clock));
  return { name: member.file, pid, ...proof };
}

export interface Line {
  readonly pid: number;
  readonly word: "suspect" | "runaway" | "dead" | "alive!" | "spared";
  readonly text: string;
}

/** Nobody sees the difference. */
const AT_ONCE_MS = 100;

const signalsOf = (outcomes: readonly TargetOutcome[]): readonly Signal[] => [
  ...new Set(outcomes.flatMap(({ signals }) => signals)),
];

/** "SIGTERM was enough" … "SIGTERM was ignored, so SIGKILL": how it ended, in the words of who watches. */
export function howItEnded(outcomes: readonly TargetOutcome[]): string {
  const alive = outcomes.filter(({ result }) => !isDead(result));
  if (alive.length > 0)
    return alive.map(({ id, result }) => `${id.pid} ${describeOutcome(result)}`).join(", ");
  const tookMs = Math.max(...outcomes.map((outcome) => outcome.tookMs));
  const signals = signalsOf(outcomes);
  const all = outcomes.length === 1 ? "" : `all ${outcomes.length} processes: `;
  const gone = tookMs < AT_ONCE_MS ? "gone at once" : `gone after ${duration(tookMs)}`;
  if (!signals.includes("SIGKILL")) return `${all}SIGTERM was enough, ${gone}`;
  if (outcomes.length > 1) {
    const frozen = signals.includes("SIGSTOP") ? "frozen first, then SIGKILL" : "SIGKILL";
    return `${all}${frozen}, ${gone}`;
  }
  return signals.includes("SIGTERM")
    ? `ignored SIGTERM for ${duration(tookMs)}, so SIGKILL; gone`
    : `SIGKILL without a grace, ${gone}`;
}

/** null: nothing that a first look needs. */
export function tell(event: WatchdogEvent): Line | null {
  if (!("victim" in event)) return null;
  const { pid } = event.victim.id;
  switch (event.type) {
    case "suspect":
      return { pid, word: "suspect", text: event.evidence };
    case "intent":
      return { pid, word: "runaway", text: `${event.evidence} → ${event.signal}` };
    case "outcome": {
      const isOver = event.outcomes.every(({ result }) => isDead(result));
      return { pid, word: isOver ? "dead" : "alive!", text: howItEnded(event.outcomes) };
    }
    case "held-back":
      return { pid, word: "spared", text: `${event.evidence}; ${event.because}` };
  }
}
