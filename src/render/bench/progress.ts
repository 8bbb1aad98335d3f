/** The last line of a terminal while benchmarks run: how far they are, which one runs, and how long it may take. */
import { formatDuration } from "../../text/duration.ts";
import { printable } from "../../text/mask.ts";
import { cut } from "../../text/table.ts";

export interface BenchProgress {
  turn(name: string, turn: number, turns: number): void;
  /** Until the next redraw. */
  clear(): void;
  end(): void;
}

const CLEAR_LINE = "\r\u001B[2K";
const EVERY_MS = 250;
const BAR = 20;

/** Nothing where standard error is no terminal, or `quiet`. */
export function benchProgress(quiet: boolean): BenchProgress {
  const isShown = !quiet && process.stderr.isTTY;
  let now: { name: string; turn: number; turns: number; startedMs: number } | null = null;
  const draw = (): void => {
    const text = now === null ? "looking for benchmarks" : progressText(now, performance.now());
    process.stderr.write(CLEAR_LINE + cut(text, (process.stderr.columns || 80) - 1));
  };
  const timer = isShown ? setInterval(draw, EVERY_MS) : null;
  const clear = (): void => void (isShown && process.stderr.write(CLEAR_LINE));
  return {
    turn: (name, turn, turns) => {
      now = { name, turn, turns, startedMs: now?.startedMs ?? performance.now() };
    },
    clear,
    end: () => {
      if (timer !== null) clearInterval(timer);
      clear();
    },
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
