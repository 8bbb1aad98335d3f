/** Tells whom the members of a job serve: as read with this sample, else as remembered. */
import type { History } from "../history.ts";
import type { Job } from "../../process/job.ts";
import { processKey, type Listener, type ProcessSample } from "../../process/process.ts";
import type { Ties } from "../../process/ties.ts";

export interface EvidenceReading {
  readonly member: ProcessSample;
  /** null = never asked. */
  readonly ties: Ties | null;
  /** null also where it could not be read. */
  readonly listeners: readonly Listener[] | null;
}

export const readingsOf = ({ members }: Job, history: History): readonly EvidenceReading[] =>
  members.map((member) => readingOf(member, history));

export function readingOf(member: ProcessSample, history: History): EvidenceReading {
  if (member.ties !== undefined && member.listeners !== undefined)
    return { member, ties: member.ties, listeners: member.listeners };
  const remembered = history.processes.get(processKey(member.id))?.evidence ?? null;
  return {
    member,
    ties: member.ties ?? remembered?.ties ?? null,
    listeners: member.listeners === undefined ? (remembered?.listeners ?? null) : member.listeners,
  };
}

const INSPECT = /^--inspect(?:-wait|-brk)?(?:=|$)/;

export const toldToInspect = (argv: readonly string[]): boolean =>
  argv.some((word) => word.startsWith("--") && INSPECT.test(word));
