/** How the demo ended: who is dead, by whose word, and who lives. */
import type { WatchdogEvent } from "../../core/event.ts";
import type { Signal } from "../../core/outcome.ts";
import type { RuleName } from "../../core/verdict.ts";
import type { Player } from "./players.ts";
import { howItEnded } from "./story.ts";

type Intent = Extract<WatchdogEvent, { readonly type: "intent" }>;
type Ending = Extract<WatchdogEvent, { readonly type: "outcome" }>;

export interface RunawayEnd {
  readonly name: string;
  readonly pid: number;
  readonly processes: number;
  /** By the kernel's word, not the watchdog's: its pidfds say that every process has ended. */
  readonly dead: boolean;
  /** null = the watchdog did nothing about it. */
  readonly rule: RuleName | null;
  readonly evidence: string | null;
  readonly signals: readonly Signal[];
  /** From the decision to the last process's end, ms. */
  readonly tookMs: number | null;
  readonly how: string;
}

export interface InnocentEnd {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
  readonly proof: string;
}

export interface Ends {
  readonly runaways: readonly RunawayEnd[];
  readonly innocents: readonly InnocentEnd[];
}

export const isSuccess = ({ runaways, innocents }: Ends): boolean =>
  runaways.every(({ dead, rule }) => dead && rule !== null) && innocents.every(({ alive }) => alive);

const about = (pid: number) => (event: WatchdogEvent) => "victim" in event && event.victim.id.pid === pid;

const everyEnded = async ({ pins }: Player, withinMs: number): Promise<boolean> =>
  (await Promise.all(pins.map((pin) => pin.exited(withinMs)))).every(Boolean);

/** What the watchdog says it killed is dead by then: the pins only confirm it. */
const CONFIRM_WITHIN_MS = 1_000;

export async function endOfRunaway(player: Player, events: readonly WatchdogEvent[]): Promise<RunawayEnd> {
  const its = events.filter(about(player.pid));
  const intent = its.find((event): event is Intent => event.type === "intent");
  const ending = its.find((event): event is Ending => event.type === "outcome");
  const outcomes = ending?.outcomes ?? [];
  return {
    name: player.member.file,
    pid: player.pid,
    processes: player.pins.length,
    dead: await everyEnded(player, CONFIRM_WITHIN_MS),
    rule: intent?.rule ?? null,
    evidence: intent?.evidence ?? null,
    signals: [...new Set(outcomes.flatMap(({ signals }) => signals))],
    tookMs: ending === undefined ? null : Math.max(...outcomes.map(({ tookMs }) => tookMs)),
    how: ending === undefined ? "the watchdog did not stop it" : howItEnded(outcomes),
  };
}
