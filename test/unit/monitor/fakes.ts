/** A machine made of data: scripted samples, pins that record what is sent to them, a clock that tests move. */
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { WatchPorts } from "../../../src/monitor/watching.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { aSnapshot, GB } from "../../support/build.ts";

export interface FakeMachine {
  readonly ports: WatchPorts;
  /** What the next samples show. */
  processes: ProcessSample[];
  nowMs: number;
  availableBytes: number;
  /** Called before each sample, with its number from 1. */
  beforeSample: (nth: number) => void;
  /** "SIGTERM 20" … in the order they were sent. */
  readonly sent: string[];
  readonly events: WatchdogEvent[];
}

/** Every process dies of the first signal. */
export function aMachine(processes: ProcessSample[] = []): FakeMachine {
  let samples = 0;
  const pinOf = ({ id }: ProcessSample): Pin => ({
    id,
    send: (signal) => {
      machine.sent.push(`${signal} ${id.pid}`);
      machine.processes = machine.processes.filter((process) => process.id.pid !== id.pid);
      return "sent";
    },
    exited: async () => !machine.processes.some((process) => process.id.pid === id.pid),
    mark: () => true,
    status: () => null,
    [Symbol.dispose]: () => undefined,
  });
  const sleepers = new Sleepers(
    () => machine.nowMs,
    (atMs) => (machine.nowMs = Math.max(machine.nowMs, atMs)),
  );
  const machine: FakeMachine = {
    processes,
    nowMs: 1_000_000,
    availableBytes: 8 * GB,
    beforeSample: () => undefined,
    sent: [],
    events: [],
    ports: {
      sampler: {
        sample: () => {
          machine.beforeSample(++samples);
          return aSnapshot(machine.processes, machine.nowMs);
        },
        inspect: () => new Map(),
        machine: () => ({ cpus: 2, availableBytes: machine.availableBytes }),
        describe: () => null,
        ancestors: () => [1],
        close: () => undefined,
      },
      control: {
        mostKept: 256,
        bootId: "",
        ambiguousAgeMs: 20,
        pin: (id) => {
          const found = machine.processes.find((process) => process.id.pid === id.pid);
          return found === undefined ? "gone" : pinOf(found);
        },
        identify: (pid) => machine.processes.find((process) => process.id.pid === pid)?.id ?? null,
        marks: () => null,
        guard: async () => ({ watch: async () => undefined, [Symbol.asyncDispose]: async () => undefined }),
        readersOfOurOutput: () => new Set(),
      },
      clock: {
        wallMs: () => machine.nowMs,
        monotonicMs: () => machine.nowMs,
        sleep: (ms, signal) => sleepers.sleep(ms, signal),
      },
      journal: { write: (event) => void machine.events.push(event) },
      frozen: {
        add: () => undefined,
        remove: () => undefined,
        entries: () => [],
        reserve: () => new DisposableStack(),
      },
    },
  };
  return machine;
}

/** Time passes when everybody sleeps: it goes to whoever is due first. */
class Sleepers {
  readonly #sleeping = new Map<() => void, number>();
  readonly #now: () => number;
  readonly #goTo: (atMs: number) => void;

  constructor(now: () => number, goTo: (atMs: number) => void) {
    this.#now = now;
    this.#goTo = goTo;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.#sleeping.delete(wake);
      resolve();
    };
    if (signal?.aborted === true) return Promise.resolve();
    signal?.addEventListener("abort", wake, { once: true });
    this.#sleeping.set(wake, this.#now() + ms);
    // lets what was awaited meanwhile go on, as a real sleep does
    setImmediate(() => this.#pass());
    return promise;
  }

  #pass(): void {
    const [first] = [...this.#sleeping].toSorted(([, a], [, b]) => a - b);
    if (first === undefined) return;
    this.#goTo(first[1]);
    first[0]();
  }
}
