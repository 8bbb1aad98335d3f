/**
 * Signals of a process that waits for a child as if it were not there. Both share a session and a process group, so what
 * a terminal sends (Ctrl-C, Ctrl-\, Ctrl-Z, a new window size) reaches the child by itself; what somebody sends to us
 * alone is passed on. When the child stops, we stop too, and the shell takes the terminal back, as it would for the child.
 *
 * A signal to the whole group from somebody else than the terminal (`kill %1`) cannot be told from one to us alone: the
 * child gets that twice.
 */
import type { SignalName } from "../../../ports/launch.ts";
import { isIgnored } from "./ignored-signals.ts";
import { statOf } from "../proc/process-id.ts";
import { Field, stateOf, type Stat } from "../proc/stat.ts";

interface Relayed {
  readonly root: { readonly pid: number };
  /** To the child alone. */
  forward(signal: SignalName): boolean;
  /** We and the child stood still for this long, ms. */
  paused(ms: number): void;
}

const PASSED_ON = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
/** A signal to a group is on its way to its last member for microseconds. */
const SETTLED_MS = 20;
type PassedOn = (typeof PASSED_ON)[number];

/** Until it is disposed. From then on signals do to us what they do to every process. */
export const relaySignals = (job: Relayed, monotonicMs: () => number): Disposable => {
  const hadTerminal = hasTerminal(statOf("self"));
  const isFromTerminal = (signal: PassedOn): boolean => {
    const own = statOf("self");
    switch (signal) {
      case "SIGINT":
      case "SIGQUIT":
        return hasTerminal(own) && own?.[Field.group] === own?.[Field.foregroundGroup];
      case "SIGHUP":
        // hung up: nobody of the session has it any more
        return hadTerminal && !hasTerminal(own);
      case "SIGTERM":
      case "SIGUSR1":
      case "SIGUSR2":
        return false;
    }
  };
  const isStopped = (): boolean => stateOf(statOf(job.root.pid)?.[Field.state] ?? 0) === "stopped";

  /** As the terminal's Ctrl-Z does by default: nothing happens where no shell could ever continue us (orphaned group). */
  const stop = (): void => {
    process.off("SIGTSTP", stop);
    const sinceMs = monotonicMs();
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", stop);
    job.paused(monotonicMs() - sinceMs);
  };
  const follow = (): void => {
    if (!hadTerminal || !isStopped()) return;
    // fg continues the group one by one: what reaches us first may find the child where it will not be for long
    setTimeout(() => {
      if (isStopped()) stop();
    }, SETTLED_MS);
  };
  const resume = (): void => {
    if (isStopped()) job.forward("SIGCONT");
  };

  const listeners: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ...PASSED_ON.map(
      (signal) => [signal, () => void (isFromTerminal(signal) || job.forward(signal))] as const,
    ),
    ["SIGTSTP", stop],
    ["SIGCONT", resume],
    ["SIGCHLD", follow],
  ];
  // asked before the first of them: a listener takes the place of what was
  const heard = listeners.filter(([signal]) => !isIgnored(signal));
  for (const [signal, listener] of heard) process.on(signal, listener);
  return {
    [Symbol.dispose]: () => {
      for (const [signal, listener] of heard) process.off(signal, listener);
    },
  };
};

const hasTerminal = (stat: Stat | null): boolean => stat !== null && stat[Field.terminal] !== 0;
