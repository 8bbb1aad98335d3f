/** The last line of a terminal while tests run: how far they are, what runs, and how long it may take. */
import { isFailing } from "../../core/tests/report.ts";
import type { TestFileResult } from "../../core/tests/test-file.ts";
import { takenWords, type Capacity, type Ungated } from "../../core/slots/admission.ts";
import type { SlotRecord } from "../../core/process/slot.ts";
import { printable } from "../../text/mask.ts";
import { statusLine } from "../status-line.ts";
import { formatDuration } from "../../text/duration.ts";

interface TestProgress {
  total(files: number): void;
  /** What takes the slots: somebody waits for one. */
  waiting(taken: TakenSlots): void;
  start(file: string): void;
  /** It runs no longer. */
  stop(file: string): void;
  end(result: TestFileResult): void;
  finish(): void;
}

interface TakenSlots {
  readonly seen: Capacity;
  readonly holdings: readonly { readonly record: Pick<SlotRecord, "command" | "root" | "owner"> }[];
  readonly ungated: readonly Ungated[];
}

/** Where standard error is no terminal, or `quiet`, only that nothing can run at all is said, once. */
export function testProgress(quiet: boolean): TestProgress {
  const running = new Set<string>();
  let [total, done, failing] = [0, 0, 0];
  let waiting: TakenSlots | null = null;
  let isTold = false;
  const startedMs = performance.now();
  /** While files of ours run they may have the slots themselves. */
  const waitingText = (): string | null =>
    waiting === null || running.size > 0 ? null : `waiting for a slot: ${slotsText(waiting)}`;
  const line = statusLine(quiet, () => {
    const tookMs = performance.now() - startedMs;
    const left = done === 0 ? "" : `, about ${formatDuration(((total - done) * tookMs) / done)} left`;
    const bad = failing === 0 ? "" : `, ${failing} failing`;
    const names = waitingText() ?? [...running].map((file) => printable(file, 1_000)).join("  ");
    return total === 0 ? "looking for test files" : `${done}/${total}${bad}${left}  ${names}`;
  });
  return {
    total: (files) => void (total = files),
    waiting: (taken) => {
      waiting = taken;
      const text = waitingText();
      if (line.isShown || isTold || text === null) return;
      isTold = true;
      console.error(`${text}. --no-gate waits for none.`);
    },
    start: (file) => {
      waiting = null;
      running.add(file);
    },
    stop: (file) => void running.delete(file),
    end: (result) => {
      done++;
      if (isFailing(result)) failing++;
      line.clear();
    },
    finish: () => line.end(),
  };
}

const MOST_NAMED = 3;

function slotsText({ seen, holdings, ungated }: TakenSlots): string {
  const jobs = [
    ...holdings.map(({ record: { command, root, owner } }) => ({ command, pid: (root ?? owner).pid })),
    ...ungated,
  ];
  const names = jobs.slice(0, MOST_NAMED).map(({ command, pid }) => `${printable(command)} (pid ${pid})`);
  const more = jobs.length > MOST_NAMED ? [`${jobs.length - MOST_NAMED} more`] : [];
  return `${takenWords(seen)}: ${[...names, ...more].join(", ")}`;
}
