/** Processes made of data that obey signals as real ones do, and everything that was done to them, in its order. */
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import type { Signal } from "../../../src/core/plan/outcome.ts";
import {
  type Marks,
  type ProcessId,
  type ProcessSample,
  sameProcess,
} from "../../../src/core/process/process.ts";
import type { TerminatePorts } from "../../../src/kill/ports.ts";
import type { Pin, PinStatus } from "../../../src/ports/control.ts";
import { aSnapshot } from "../../support/build.ts";
import { aMachine } from "../monitor/fakes.ts";

export interface Nature {
  /** Does not end at SIGTERM. */
  readonly isDeaf?: boolean;
  /** EPERM. */
  readonly isForeign?: boolean;
  /** From SIGKILL to its end; Infinity: it never ends. Default 0. */
  readonly diesAfterMs?: number;
  /** From SIGSTOP to standing still. Default 0. */
  readonly stopsAfterMs?: number;
  /** How it stands, where that is not told by what was sent to it. */
  readonly status?: Partial<PinStatus>;
  /** Its parent does not reap it. */
  readonly staysZombie?: boolean;
}

export interface Being extends Nature {
  sample: ProcessSample;
  state: "running" | "stopped" | "zombie" | "reaped";
  marks: Marks;
  /** SIGTERM waits until it goes on. */
  isAsked: boolean;
  readonly ended: PromiseWithResolvers<void>;
}

const pids = (ids: readonly ProcessId[]): string => ids.map(({ pid }) => pid).join(" ");

export class Beings {
  readonly machine = aMachine();
  readonly all = new Map<number, Being>();
  /** "SIGTERM 10", "refused SIGTERM 10", "watch 10 11", "record 10", "forget 10", "let go", "intent", "outcome" … */
  readonly log: string[] = [];
  readonly events: WatchdogEvent[] = [];
  /** Before a signal has its effect. */
  onSignal: (signal: Signal, pid: number) => void = () => undefined;
  /** With the number of the look, from 1. */
  beforeSample: (nth: number) => void = () => undefined;
  /** What a look shows of a process, with the number of the look; null: it is overlooked. */
  show: (sample: ProcessSample, nth: number) => ProcessSample | null = (sample) => sample;
  descriptors = Infinity;
  held = 0;
  readonly readers = new Set<number>();
  readonly ports: TerminatePorts;
  #looks = 0;

  constructor() {
    const { clock } = this.machine.ports;
    this.ports = {
      clock,
      sampler: {
        sample: () => {
          this.beforeSample(++this.#looks);
          const visible = [...this.all.values()].filter(({ state }) => state !== "reaped");
          const shown = visible.flatMap(({ sample, state }) => {
            const now = state === "zombie" ? { ...sample, state, threads: 1 } : sample;
            return this.show(now, this.#looks) ?? [];
          });
          return aSnapshot(shown, clock.monotonicMs());
        },
        ancestors: () => [],
        describe: (pid) => this.#present(pid)?.sample.command ?? (pid === 1 ? "/sbin/init" : null),
      },
      control: {
        mostKept: 256,
        bootId: "",
        ambiguousAgeMs: 20,
        pin: (id) => this.#pin(id),
        identify: (pid) => this.#present(pid)?.sample.id ?? null,
        marks: (pid) => this.#present(pid)?.marks ?? null,
        guard: async () => ({
          watch: async (ids) => {
            // told before it is done: whoever does not wait is found out
            await Promise.resolve();
            this.log.push(`watch ${pids(ids)}`);
          },
          [Symbol.asyncDispose]: async () => void this.log.push("let go"),
        }),
        readersOfOurOutput: (asked) => new Set(asked.filter((pid) => this.readers.has(pid))),
      },
      frozen: {
        add: (ids) => void this.log.push(`record ${pids(ids)}`),
        remove: (ids) => void this.log.push(`forget ${pids(ids)}`),
        entries: () => [],
        reserve: () => new DisposableStack(),
      },
      journal: {
        write: (event) => {
          this.log.push(event.type);
          this.events.push(event);
        },
      },
    };
  }

  /** What its parent bears it bears too. */
  add(sample: ProcessSample, nature: Nature = {}): Being {
    const being: Being = {
      ...nature,
      sample,
      state: "running",
      marks: this.#present(sample.ppid)?.marks ?? { watched: false, stopped: false },
      isAsked: false,
      ended: Promise.withResolvers(),
    };
    this.all.set(sample.id.pid, being);
    return being;
  }

  after(ms: number, act: () => void): void {
    void this.ports.clock.sleep(ms).then(act);
  }

  /** Its children come to pid 1. */
  end(pid: number): void {
    const being = this.#present(pid);
    if (being === undefined || being.state === "zombie") return;
    being.state = being.staysZombie === true ? "zombie" : "reaped";
    being.ended.resolve();
    for (const child of this.all.values())
      if (child.sample.ppid === pid) child.sample = { ...child.sample, ppid: 1 };
  }

  isAlive(pid: number): boolean {
    const state = this.#present(pid)?.state;
    return state === "running" || state === "stopped";
  }

  /** What was sent to it, in its order. */
  sentTo(pid: number): readonly string[] {
    return this.log.filter((line) => /^(?:refused )?SIG/.test(line) && line.endsWith(` ${pid}`));
  }

  at(line: string): number {
    return this.log.indexOf(line);
  }

  #present(pid: number): Being | undefined {
    const being = this.all.get(pid);
    return being?.state === "reaped" ? undefined : being;
  }

  #pin(id: ProcessId): Pin | "gone" | "identity-changed" {
    if (this.held >= this.descriptors) throw Object.assign(new Error("pidfd_open"), { code: "EMFILE" });
    const being = this.#present(id.pid);
    if (being === undefined) return "gone";
    if (!isSame(id, being)) return "identity-changed";
    this.held++;
    let isHeld = true;
    return {
      id,
      send: (signal) => this.#send(signal, being, id),
      exited: async (withinMs) => {
        if (hasEnded(being)) return true;
        const enough = new AbortController();
        await Promise.race([being.ended.promise, this.ports.clock.sleep(withinMs, enough.signal)]);
        enough.abort();
        return hasEnded(being);
      },
      mark: (mark) => {
        if (hasEnded(being) || being.marks[mark]) return false;
        being.marks = { ...being.marks, [mark]: true };
        return true;
      },
      status: () => (being.state === "reaped" ? null : statusOf(being, this.log)),
      [Symbol.dispose]: () => {
        if (!isHeld) throw new Error(`pid ${id.pid} was let go twice`);
        isHeld = false;
        this.held--;
      },
    };
  }

  #send(signal: Signal, being: Being, id: ProcessId): ReturnType<Pin["send"]> {
    const { pid } = id;
    if (being.state === "reaped") return "gone";
    if (signal !== "SIGCONT" && !isSame(id, being)) return "identity-changed";
    this.onSignal(signal, pid);
    if (being.isForeign === true) {
      this.log.push(`refused ${signal} ${pid}`);
      return "not-permitted";
    }
    this.log.push(`${signal} ${pid}`);
    this.#obey(signal, being);
    return "sent";
  }

  #obey(signal: Signal, being: Being): void {
    const { pid } = being.sample.id;
    switch (signal) {
      case "SIGTERM":
        being.isAsked = true;
        break;
      case "SIGCONT":
        being.state = being.state === "stopped" ? "running" : being.state;
        break;
      case "SIGSTOP":
        this.#within(being.stopsAfterMs, () => {
          if (being.state === "running") being.state = "stopped";
        });
        return;
      case "SIGKILL":
        this.#within(being.diesAfterMs, () => this.end(pid));
        return;
    }
    if (being.isAsked && being.state === "running" && being.isDeaf !== true) this.end(pid);
  }

  #within(ms: number | undefined, act: () => void): void {
    if (ms === undefined || ms === 0) act();
    else if (ms !== Infinity) this.after(ms, act);
  }
}

const hasEnded = ({ state }: Being): boolean => state === "zombie" || state === "reaped";

const isSame = (id: ProcessId, { sample }: Being): boolean =>
  sameProcess(id, { ...sample.id, exe: id.exe }) &&
  (id.exe === null || sample.id.exe === null || id.exe === sample.id.exe);

const statusOf = ({ state, sample, status }: Being, log: readonly string[]): PinStatus => ({
  state: state === "stopped" ? "stopped" : state === "zombie" ? "zombie" : "sleeping",
  threads: 1,
  ppid: sample.ppid,
  pendingKill: log.includes(`SIGKILL ${sample.id.pid}`),
  frozen: false,
  ...status,
});
