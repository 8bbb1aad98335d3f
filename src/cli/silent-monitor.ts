/** A monitor that does not answer, known by the lock that it holds: who it is, how it stands, and its end. */
import { endSilent } from "../job/end-silent.ts";
import { MonitorError } from "../monitor/control-client.ts";
import type { Holder } from "../os/lock.ts";
import { acquireLock, openControl } from "../os/select.ts";
import { typed } from "../trust/typed.ts";

export class SilentMonitor extends MonitorError {
  readonly #holder: Holder;
  /** "pid 5, started in /x, is stopped (SIGSTOP, or a paused container) and does not answer". */
  readonly who: string;

  private constructor(holder: Holder, state: string, cause: Error) {
    const who = `pid ${holder.pid}${holder.project === undefined ? "" : `, started in ${holder.project}`}, ${state}`;
    super(
      `The monitor ${who}.\nReplace it: ${typed("monitor --restart")}. Act without it: ${typed("cleanup --force")}, or stop --force`,
      { cause },
    );
    this.#holder = holder;
    this.who = who;
  }

  /** null: nobody holds the lock beside that socket, or somebody of whom no more is known. */
  static behind(socket: string, cause: Error): SilentMonitor | null {
    const lock = acquireLock(socket.replace(/\.sock$/, ".lock"));
    if (!("heldBy" in lock)) {
      lock[Symbol.dispose]();
      return null;
    }
    const { heldBy } = lock;
    return heldBy.pid <= 1 ? null : new SilentMonitor(heldBy, stateOf(heldBy), cause);
  }

  /** Resolves to how it came about, in words. @throws MonitorError when it is still there. */
  async end(graceMs: number): Promise<string> {
    const control = openControl();
    const id = control.identify(this.#holder.pid);
    if (id === null || !isHolder(id, this.#holder)) return "it had ended by itself";
    const how = await endSilent(id, control, graceMs);
    if (how !== null) return how;
    throw new MonitorError(
      `The monitor ${this.who}, and SIGKILL does not end it. Look at: ps -o pid,stat,wchan,args`,
      {
        cause: this,
      },
    );
  }
}

/** 0 = the lock does not tell: then its holder is who has the pid now. */
const isHolder = ({ startTicks }: { readonly startTicks: number }, holder: Holder): boolean =>
  holder.startTicks === 0 || holder.startTicks === startTicks;

function stateOf({ pid }: Holder): string {
  const control = openControl();
  const id = control.identify(pid);
  const pin = id === null ? "gone" : control.pin(id);
  if (typeof pin === "string") return "does not answer";
  using held = pin;
  const status = held.status();
  if (status?.frozen === true) return "is in a frozen control group and does not answer";
  return status?.state === "stopped"
    ? "is stopped (SIGSTOP) and does not answer"
    : "hangs: it runs and does not answer";
}

/**
 * The monitor that `find` finds; where it is silent and somebody insists, a warning and null: they do without it. A job has
 * one killer, and this one does not kill.
 */
export async function unlessSilent<T>(
  find: Promise<T | null>,
  insists: boolean,
  warn = console.error,
): Promise<T | null> {
  try {
    return await find;
  } catch (error) {
    if (!(error instanceof SilentMonitor) || !insists) throw error;
    warn(
      `warning: the monitor ${error.who}. This goes on without it; replace it: ${typed("monitor --restart")}`,
    );
    return null;
  }
}
