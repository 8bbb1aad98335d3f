/** The gate's part of the contract: its books, its queues, and what others may know of them. */
import type { QueuePlace } from "../core/slots/admission.ts";
import type { GatedJob } from "../core/judge/owner.ts";
import type { Launcher, Slot, SlotRecord } from "../core/process/slot.ts";

/** A place in one of the queues at the gate; the kernel says when its owner is dead. */
export interface Ticket extends QueuePlace {
  readonly owner: Launcher;
}

/** A slot that is ours until it is disposed, or we are dead. Left as it is, it stays on record for whoever lives on. */
export interface HeldSlot extends Disposable {
  /** Whole, or not at all: throws where it cannot be written, and the slot is held all the same. */
  write(record: SlotRecord): void;
  /** Holds it no longer; the record stays. */
  letGo(): void;
}

/** The books of the gate of one scope, shared by all wrappers of the account, whatever their PID namespace. */
export interface Gatehouse {
  /**
   * Enters the gate for some ms: counting slots and taking one are done by one at a time, in this process and in
   * others. Resolves when it is its turn.
   */
  enter(): Promise<Disposable>;
  slots(): readonly Slot[];
  /** null: that job is not on record, or its record cannot be read. */
  record(jobId: string): SlotRecord | null;
  hold(jobId: string): HeldSlot;
  /**
   * Takes over the slot of a job whose owner is dead; null: somebody holds it. Call it inside the gate only.
   */
  adopt(jobId: string): HeldSlot | null;
  /** One that nobody holds. */
  remove(jobId: string): void;
  /**
   * The tickets of those who wait, first come first, without those who are stopped (Ctrl-Z). The tickets of
   * the dead are removed.
   */
  queue(): readonly Ticket[];
  /** Takes a ticket at the end of a queue; it is valid until it is disposed. */
  take(owner: Launcher, queue: number): Ticket & Disposable;
  /** Resolves when it may be worth to ask again; `withinMs` at the latest, or when `signal` is aborted. */
  changed(about: Waiting, withinMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * A waiting job waits for the one before it to leave the queue, or, at the head of the queue, for a free
 * slot.
 */
export type Waiting =
  | { readonly for: "turn"; readonly before: Ticket }
  | { readonly for: "slot"; readonly slots: readonly SlotRecord[] };

/** Jobs that went through the gate, and whether their owner lives and looks after them. */
export interface GatedJobs {
  /** The jobs at this instant; cheap if nobody is at the gate. */
  now(): readonly GatedJob[];
}
