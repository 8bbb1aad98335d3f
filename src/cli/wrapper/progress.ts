/** One line that is written over while a launch waits for its slot; on a terminal only. */
import type { Capacity } from "../../core/admission.ts";
import { duration } from "../../core/wording.ts";
import { readLink } from "../../os/linux/files.ts";

const CLEAR_LINE = "\r\u001B[2K";
const EVERY_MS = 1_000;

export interface WaitingLine {
  readonly show: (seen: Capacity) => void;
  readonly clear: () => void;
}

/** Not process.stderr.isTTY: to ask that costs as much as a second start of Bun. */
const isTerminal = (): boolean => /^\/dev\/(?:pts\/|tty)/.test(String(readLink("/proc/self/fd/2")));

export function waitingLine(): WaitingLine {
  let seen: Capacity | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const startedMs = performance.now();
  const draw = (): void => {
    if (seen !== null) void Bun.stderr.write(CLEAR_LINE + text(seen, performance.now() - startedMs));
  };
  return {
    show: (now) => {
      seen = now;
      if (timer !== null || !isTerminal()) return;
      draw();
      timer = setInterval(draw, EVERY_MS);
    },
    clear: () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      void Bun.stderr.write(CLEAR_LINE);
    },
  };
}

function text({ limit, held, ungated, ahead }: Capacity, waitedMs: number): string {
  const others = ungated === 0 ? "" : `, ${ungated} of them outside the gate`;
  const before = ahead === 0 ? "next" : `${ahead} ahead`;
  return `bun-wrapper: waiting for a slot: ${held + ungated} of ${limit ?? "any"} taken${others}; ${before} … ${duration(waitedMs)}`;
}
