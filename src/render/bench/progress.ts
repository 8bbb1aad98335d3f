/** The last line of a terminal while benchmarks run: how far they are, which one runs, and how long it may take. */
import { formatDuration } from "../../text/duration.ts";
import { printable } from "../../text/mask.ts";
import { statusLine } from "../status-line.ts";

interface BenchProgress {
  turn(name: string, turn: number, turns: number): void;
  /** Until the next redraw. */
  clear(): void;
  end(): void;
}

const BAR = 20;

/** Nothing where standard error is no terminal, or `quiet`. */
export function benchProgress(quiet: boolean): BenchProgress {
  let now: { name: string; turn: number; turns: number; startedMs: number } | null = null;
  const line = statusLine(quiet, () =>
    now === null ? "looking for benchmarks" : progressText(now, performance.now()),
  );
  return {
    turn: (name, turn, turns) => {
      now = { name, turn, turns, startedMs: now?.startedMs ?? performance.now() };
    },
    clear: () => line.clear(),
    end: () => line.end(),
  };
}

export function progressText(
  { name, turn, turns, startedMs }: { name: string; turn: number; turns: number; startedMs: number },
  nowMs: number,
): string {
  const full = Math.round((turn / turns) * BAR);
  const leftMs = turn === 0 ? null : ((turns - turn) * (nowMs - startedMs)) / turn;
  const left = leftMs === null ? "" : `, about ${formatDuration(leftMs)} left`;
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${turn}/${turns}${left}  ${printable(name, 1_000)}`;
}
