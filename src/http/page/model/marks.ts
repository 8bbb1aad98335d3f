/** What has happened to one process, as marks in its lines. Pure. */
import { processName } from "../../../core/process/process.ts";
import type { EventDocument } from "./documents.ts";
import type { RecordsOfProcess } from "./records.ts";

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

/** `id`: as documents name a process. */
export function marksOf(events: readonly EventDocument[], id: string): readonly EventMark[] {
  return events
    .flatMap((event) => {
      const word = WORDS[event.type];
      const isIts = "victim" in event && processName(event.victim.id) === id;
      return word === undefined || !isIts ? [] : [{ at: event.atMs / 1_000, word }];
    })
    .toReversed();
}

/** The same, of what was written down before somebody looked. */
export const recordedMarks = ({ verdicts, kills }: RecordsOfProcess): readonly EventMark[] =>
  [
    ...verdicts.map(({ firstMs, decision, rule }) => ({ at: firstMs / 1_000, word: `${decision}: ${rule}` })),
    ...kills.map(({ atMs }) => ({ at: atMs / 1_000, word: "is being stopped" })),
  ].toSorted((a, b) => a.at - b.at);
