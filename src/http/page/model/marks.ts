/** What has happened to one process, as marks in its lines. Pure. */
import type { EventDocument } from "./documents.ts";

export interface EventMark {
  /** Unix epoch seconds. */
  readonly at: number;
  readonly word: string;
}

const WORDS: Readonly<Partial<Record<EventDocument["type"], string>>> = {
  suspect: "suspect",
  "held-back": "left alone",
  intent: "is being stopped",
  outcome: "stopped",
};

/** The pid alone is enough: the page holds these events for as long as it is open, and shows them of a process that runs. */
export function marksOf(events: readonly EventDocument[], pid: number): readonly EventMark[] {
  return events
    .flatMap((event) => {
      const word = WORDS[event.type];
      const isIts = "victim" in event && event.victim.id.pid === pid;
      return word === undefined || !isIts ? [] : [{ at: event.atMs / 1_000, word }];
    })
    .toReversed();
}
