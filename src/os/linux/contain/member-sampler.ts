/** The sampler's view of one container: its members and nobody else, read as the watchdog reads every process. */
import type { ProcessSample, Snapshot } from "../../../core/process/process.ts";
import type { MemberSampler, Remains } from "../../../ports/container.ts";
import { readInstant } from "../sample/clocks.ts";
import { Looks } from "../sample/looks.ts";

const MOST_HELD = 64;

export class ContainerSampler extends Looks implements MemberSampler {
  constructor(private readonly of: Pick<Remains, "members">) {
    super();
  }

  sample(): Snapshot {
    // ages are told as of this instant
    const monotonicMs = performance.now();
    const now = readInstant();
    const members = new Set(this.of.members().map(({ pid }) => pid));
    for (const pid of this.tracked.keys()) if (!members.has(pid)) this.drop(pid);
    const processes = new Map<number, ProcessSample>();
    for (const pid of members) {
      const tracked = this.tracked.get(pid) ?? this.track(pid, now, MOST_HELD);
      if (tracked.refresh(now)) processes.set(pid, tracked.sample(now));
      else this.drop(pid);
    }
    return { atMs: now.wallMs, monotonicMs, processes, machine: this.machine() };
  }
}
