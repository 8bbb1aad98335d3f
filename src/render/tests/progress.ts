/** The last line of a terminal while tests run: how far they are, what runs, and how long it may take. */
import { isFailing } from "../../core/tests/report.ts";
import type { TestFileResult } from "../../core/tests/test-file.ts";
import { printable } from "../../text/mask.ts";
import { cut } from "../../text/table.ts";
import { formatDuration } from "../../text/duration.ts";

export interface TestProgress {
  total(files: number): void;
  start(file: string): void;
  end(result: TestFileResult): void;
  clear(): void;
}

const CLEAR_LINE = "\r\u001B[2K";
const EVERY_MS = 250;

/** Nothing where standard error is no terminal, or `quiet`. */
export function testProgress(quiet: boolean): TestProgress {
  const running = new Set<string>();
  let [total, done, failing] = [0, 0, 0];
  const startedMs = performance.now();
  const isShown = !quiet && process.stderr.isTTY;
  const draw = (): void => {
    const tookMs = performance.now() - startedMs;
    const left = done === 0 ? "" : `, about ${formatDuration(((total - done) * tookMs) / done)} left`;
    const bad = failing === 0 ? "" : `, ${failing} failing`;
    const names = [...running].map((file) => printable(file, 1_000)).join("  ");
    const text = total === 0 ? "looking for test files" : `${done}/${total}${bad}${left}  ${names}`;
    process.stderr.write(CLEAR_LINE + cut(text, (process.stderr.columns || 80) - 1));
  };
  const timer = isShown ? setInterval(draw, EVERY_MS) : null;
  const wipe = (): void => void (isShown && process.stderr.write(CLEAR_LINE));
  return {
    total: (files) => void (total = files),
    start: (file) => void running.add(file),
    end: (result) => {
      running.delete(result.file);
      done++;
      if (isFailing(result)) failing++;
      wipe();
    },
    clear: () => {
      if (timer !== null) clearInterval(timer);
      wipe();
    },
  };
}
