/**
 * A probe tells whether a process answers yet. It asks at growing intervals, and only while somebody waits
 * for the answer.
 */
import type { ProcessId } from "../../core/process/process.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AppProcess } from "../../ports/supervisor.ts";
import type { Probes } from "../ports.ts";

/** A Bun server listens some 20 ms after its start. */
const [FIRST_MS, GROWTH, LONGEST_MS] = [10, 1.5, 1_000] as const;
/**
 * The first of the ports that the kernel gives away: ip_local_port_range of ip(7) begins here unless somebody
 * changes it.
 */
const FIRST_EPHEMERAL = 32_768;
/** The time limit of one request. */
const ANSWER_WITHIN_MS = 5_000;

/** A handshake that is under way is over by then, and so is the longest rest of a busy server. */
const [LEAST_HANDING_MS, MOST_HANDING_MS] = [100, 2_000] as const;

interface ProbePorts {
  readonly clock: Clock;
  /** null: it has ended. */
  readonly listening: (root: ProcessId) => ReadonlySet<number> | null;
  readonly servers: {
    /** The same as in os/linux/traffic/hand-over.ts. */
    readonly directTo: (root: ProcessId) => Disposable | null;
    readonly hasWaiting: (root: ProcessId) => boolean;
  };
}

export function openProbes({ clock, listening, servers }: ProbePorts): Probes {
  const portsOf = ({ name, pid, root }: AppProcess): ReadonlySet<number> => {
    const ports = listening(root);
    if (ports === null) throw new Error(`${name} (pid ${pid}) has ended`);
    return ports;
  };
  const until = async (isSo: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void> => {
    for (let waitMs: number = FIRST_MS; ; waitMs = Math.min(waitMs * GROWTH, LONGEST_MS)) {
      signal.throwIfAborted();
      if (await isSo()) return;
      await clock.sleep(waitMs, signal);
    }
  };
  const port = (wanted: number, by: AppProcess, signal: AbortSignal): Promise<void> =>
    until(() => portsOf(by).has(wanted), signal);
  return {
    port: (_host, wanted, by, signal) => port(wanted, by, signal),
    http: async (url, by, signal) => {
      const { hostname, port: named, protocol } = new URL(url);
      // else another process answers there, a proxy for instance
      if (isHere(hostname)) await port(Number(named || (protocol === "https:" ? 443 : 80)), by, signal);
      await until(() => portsOf(by).size >= 0 && isAnswered(url, signal), signal);
    },
    listensAs: async (other, by, signal) => {
      const wanted = [...(listening(other.root) ?? [])];
      await until(() => {
        const ports = portsOf(by);
        // one that the kernel chose (port 0) is another one for each process
        const hasChosen = wanted.every((each) => each >= FIRST_EPHEMERAL || ports.has(each));
        return hasChosen && ports.size >= wanted.length;
      }, signal);
    },
    handOver: async (from, to, signal) => {
      const directed = servers.directTo(to.root);
      if (directed === null) return null;
      const sinceMs = clock.monotonicMs();
      const tookMs = (): number => clock.monotonicMs() - sinceMs;
      do await clock.sleep(LEAST_HANDING_MS, signal);
      while (!signal.aborted && tookMs() < MOST_HANDING_MS && servers.hasWaiting(from.root));
      return directed;
    },
  };
}

const HERE: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);
const isHere = (hostname: string): boolean => HERE.has(hostname);

async function isAnswered(url: string, signal: AbortSignal): Promise<boolean> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const { status, body } = await fetch(url, { signal: within, redirect: "manual" });
    await body?.cancel();
    return status < 400;
  } catch {
    // refused, reset, or too slow: asked again, until nobody waits any more
    return false;
  }
}
