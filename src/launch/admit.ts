/**
 * Whether a launch may start, and the wait for it. Who decides does it under the lock, on what is alive at that
 * instant; the record that takes the slot is written before the lock is given back.
 */
import {
  aheadOf,
  fills,
  isAdmitted,
  standingOf,
  type Capacity,
  type Here,
  type Holding,
  type Sharing,
  type Ungated,
} from "../core/slots/admission.ts";
import { gatedJobsAround, type SlotRecord } from "../core/process/slot.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContainerFactory } from "../ports/container.ts";
import type { Gatehouse, Ticket, Waiting } from "../ports/gate.ts";
import type { ThisProcess } from "../ports/this-process.ts";

/** When nothing tells: an ungated job ends, a job's leftovers do, a stopped wrapper goes on. */
const [HEAD_LOOKS_MS, OTHERS_LOOK_MS] = [1_000, 10_000];

export interface AdmitPorts {
  readonly gatehouse: Gatehouse;
  readonly containers: Pick<ContainerFactory, "isAlive" | "reopen">;
  readonly self: ThisProcess;
  readonly clock: Clock;
  /**
   * Jobs that share the slots, count and were not launched through the gate; `room` or more is all that matters. One that has
   * started somebody of `waiting` is not among them: it goes on when that one has a slot, and two would wait for each other.
   */
  readonly ungated: (
    room: number,
    slots: readonly SlotRecord[],
    waiting: readonly number[],
  ) => Promise<readonly Ungated[]>;
  /** The same number for the same project, and hardly ever for another one. */
  readonly queueOf: (sharing: Sharing) => number;
  /** Called at the beginning of the wait, and whenever it is found to go on. */
  readonly onWaiting: (taken: Taken) => void;
}

export interface AdmissionWish {
  /** null = no limit. */
  readonly maxSlots: number | null;
  /** 0 = refuse at once; null = for ever. */
  readonly waitMs: number | null;
  readonly sharing: Sharing;
  /** Ends the wait: it rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What takes the room, for whoever is told that there is none. */
export interface Taken {
  readonly seen: Capacity;
  readonly holdings: readonly Holding[];
  readonly ungated: readonly Ungated[];
  /** Those who came before and wait. */
  readonly ahead: readonly Ticket[];
}

type LaunchAdmission<T> =
  | { readonly kind: "admitted"; readonly value: T; readonly waitedMs: number }
  | { readonly kind: "full"; readonly taken: Taken; readonly waitedMs: number };

/** `take` makes what the slot is for and writes its record; called once, under the lock, when there is room. */
export async function admitLaunch<T>(
  { maxSlots, waitMs, sharing, signal }: AdmissionWish,
  ports: AdmitPorts,
  take: () => Promise<T>,
): Promise<LaunchAdmission<T>> {
  const { gatehouse, clock, self } = ports;
  const queue = ports.queueOf(sharing);
  const startedMs = clock.monotonicMs();
  const owner = { ...self.id, pidNamespace: self.pidNamespace };
  let ticket: (Ticket & Disposable) | null = null;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const attempt = await inside(ports, { limit: maxSlots, sharing, queue, ticket }, take);
      const waitedMs = clock.monotonicMs() - startedMs;
      if (attempt.kind === "admitted") return { ...attempt, waitedMs };
      const leftMs = waitMs === null ? Infinity : waitMs - waitedMs;
      if (leftMs <= 0) return { ...attempt, waitedMs };
      ticket ??= await enqueue(gatehouse, owner, queue);
      ports.onWaiting(attempt.taken);
      const next = (await ticketsBefore(gatehouse, ticket)).at(-1);
      const about: Waiting =
        next === undefined ? { for: "slot", slots: attempt.slots } : { for: "turn", before: next };
      const withinMs = Math.min(leftMs, next === undefined ? HEAD_LOOKS_MS : OTHERS_LOOK_MS);
      await gatehouse.changed(about, withinMs, signal);
    }
  } finally {
    ticket?.[Symbol.dispose]();
  }
}

async function enqueue(
  gatehouse: Gatehouse,
  owner: Ticket["owner"],
  queue: number,
): Promise<Ticket & Disposable> {
  using _ = await gatehouse.enter();
  return gatehouse.take(owner, queue);
}

async function ticketsBefore(gatehouse: Gatehouse, ticket: Ticket): Promise<readonly Ticket[]> {
  using _ = await gatehouse.enter();
  return aheadOf(gatehouse.queue(), ticket.queue, ticket);
}

interface Asking {
  readonly limit: number | null;
  readonly sharing: Sharing;
  readonly queue: number;
  readonly ticket: (Ticket & Disposable) | null;
}

async function inside<T>(
  ports: AdmitPorts,
  { limit, sharing, queue, ticket }: Asking,
  take: () => Promise<T>,
) {
  const { gatehouse, self } = ports;
  using _ = await gatehouse.enter();
  const all = await slotStandings(ports);
  const holdings = all.filter(({ record }) => fills(record, sharing));
  const tickets = gatehouse.queue();
  const ahead = aheadOf(tickets, queue, ticket);
  const room = limit === null ? Infinity : limit - holdings.length - ahead.length;
  const slots = all.map(({ record }) => record);
  const waiting = tickets.flatMap(({ owner }) => (owner.pidNamespace === self.pidNamespace ? owner.pid : []));
  const ungated = room > 0 && room !== Infinity ? await ports.ungated(room, slots, waiting) : [];
  const seen: Capacity = { limit, held: holdings.length, ungated: ungated.length, ahead: ahead.length };
  if (!isAdmitted(seen)) return { kind: "full", taken: { seen, holdings, ungated, ahead }, slots } as const;
  const value = await take();
  // whoever is next looks as soon as it is gone, and has to find our record
  ticket?.[Symbol.dispose]();
  return { kind: "admitted", value } as const;
}

/** What is free is cleared away: its record, and the group that its dead owner left. Inside the gate only. */
async function slotStandings({
  gatehouse,
  containers,
  self,
}: Pick<AdmitPorts, "gatehouse" | "containers" | "self">): Promise<readonly Holding[]> {
  const here: Here = { ...self, isAlive: (id) => containers.isAlive(id) };
  const holdings: Holding[] = [];
  for (const slot of gatehouse.slots()) {
    const { record } = slot;
    const found = standingOf(slot, here);
    const left = found === "orphaned" ? await membersOf(record, containers) : 0;
    if (found === "free" || (found === "orphaned" && left === 0)) gatehouse.remove(record.jobId);
    else holdings.push({ record, standing: found, left });
  }
  return holdings;
}

async function membersOf(
  { jobId, place }: SlotRecord,
  containers: Pick<ContainerFactory, "reopen">,
): Promise<number> {
  using remains = await containers.reopen(jobId, place);
  return remains.count();
}

/** The innermost launched job that this environment is inside of, and that still is on record: its slot is ours too. */
export function slotAround(
  env: Readonly<Record<string, string | undefined>>,
  gatehouse: Pick<Gatehouse, "slots">,
): SlotRecord | null {
  const outer = gatedJobsAround(env);
  if (outer.length === 0) return null;
  const records = gatehouse.slots().map(({ record }) => record);
  return records.findLast(({ jobId }) => outer.includes(jobId)) ?? null;
}
