/** A gate's books in memory, and everything that was asked of them, in its order. */
import { NO_LIMITS, type Slot, type SlotRecord } from "../../../src/core/process/slot.ts";
import type { GateRequest } from "../../../src/gate/run.ts";
import type { Glance } from "../../../src/ports/container.ts";
import type { Gatehouse, Ticket, Waiting } from "../../../src/ports/gate.ts";

export const BOOT = "boot";
export const NAMESPACE = "1";

export const NOTHING_SEEN: Glance = {
  processes: 0,
  memoryBytes: null,
  cpuMs: null,
  descriptors: null,
  commandLine: [],
};

export const aRecord = (jobId: string, more: Partial<SlotRecord> = {}): SlotRecord => ({
  schemaVersion: 1,
  jobId,
  name: null,
  command: "bun work.ts",
  owner: { kind: "gate", pid: 50, startTicks: 1, exe: null },
  root: null,
  place: { kind: "marker" },
  pidNamespace: NAMESPACE,
  bootId: BOOT,
  sinceMs: 1,
  depth: 0,
  counts: true,
  project: "/project",
  limits: NO_LIMITS,
  keep: false,
  ...more,
});

export const REQUEST: GateRequest = {
  argv: ["bun", "work.ts"],
  cwd: "/project",
  env: {},
  session: "ours",
  streams: ["inherit", "inherit", "inherit"],
  inherited: [],
  limits: { timeoutMs: 60_000, memoryBytes: null, cpu: null },
  graceMs: 100,
  keep: false,
  maxSlots: 3,
  waitMs: 0,
  owner: "gate",
  sharing: "/project",
  name: null,
  command: "bun work.ts",
  counts: true,
  maxDepth: 2,
  project: "/project",
  isTimeoutAskedFor: true,
};

const MOST_LINES = 1_000;

export class House implements Gatehouse {
  readonly log: string[] = [];
  readonly books = new Map<string, Slot>();
  readonly tickets: Ticket[] = [];
  /** Called when somebody waits: what happens meanwhile. */
  onWait: (about: Waiting, withinMs: number) => void = () => undefined;
  /** Thrown by what cannot be written. */
  full: Error | null = null;
  #isEntered = false;

  constructor(...slots: readonly Slot[]) {
    for (const slot of slots) this.books.set(slot.record.jobId, slot);
  }

  #inside(what: string): void {
    this.log.push(this.#isEntered ? what : `${what} without the lock`);
  }

  async enter(): Promise<Disposable> {
    if (this.#isEntered) throw new Error("entered twice");
    this.#isEntered = true;
    this.log.push("enter");
    return {
      [Symbol.dispose]: () => {
        this.#isEntered = false;
        this.log.push("leave");
      },
    };
  }

  slots(): readonly Slot[] {
    this.#inside("slots");
    return [...this.books.values()];
  }

  record(jobId: string): SlotRecord | null {
    return this.books.get(jobId)?.record ?? null;
  }

  hold(jobId: string) {
    this.#inside(`hold ${jobId}`);
    this.books.set(jobId, { record: aRecord(jobId), held: true });
    return {
      write: (record: SlotRecord): void => {
        this.log.push(`write ${record.root?.pid ?? "without a root"}`);
        if (this.full !== null) throw this.full;
        this.books.set(jobId, { record, held: true });
      },
      letGo: () => this.log.push(`let go ${jobId}`),
      [Symbol.dispose]: () => {
        this.log.push(`give back ${jobId}`);
        this.books.delete(jobId);
      },
    };
  }

  adopt(jobId: string) {
    return this.books.get(jobId)?.held === true ? null : this.hold(jobId);
  }

  remove(jobId: string): void {
    this.#inside(`remove ${jobId}`);
    this.books.delete(jobId);
  }

  queue(): readonly Ticket[] {
    this.#inside("queue");
    return [...this.tickets];
  }

  take(owner: Ticket["owner"], queue: number): Ticket & Disposable {
    this.#inside("ticket");
    const ticket = { number: this.tickets.length + 1, owner, queue };
    this.tickets.push(ticket);
    return {
      ...ticket,
      [Symbol.dispose]: () => {
        const at = this.tickets.indexOf(ticket);
        if (at < 0) return;
        this.log.push("ticket given back");
        this.tickets.splice(at, 1);
      },
    };
  }

  async changed(about: Waiting, withinMs: number): Promise<void> {
    this.log.push(`wait for ${about.for}`);
    if (this.log.length > MOST_LINES) throw new Error("it waits for ever");
    this.onWait(about, withinMs);
  }
}
