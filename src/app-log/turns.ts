/**
 * Decides whose turn it is. Spools that have grown are read one after the other, no longer than is fair, and
 * not too often.
 */
import type { Course } from "./course.ts";
import type { Reached } from "./log/log-file.ts";

/**
 * One spool gets so many bytes before it is another's turn, and before anything else happens in this process.
 */
export const TURN_BYTES = 1_024 * 1_024;
/** If a disk takes nothing, we try again after so long. */
const [FIRST_RETRY_MS, LAST_RETRY_MS] = [250, 5_000];
/**
 * A line that comes alone is written at once. In a flood, the lines of a millisecond are written together,
 * which costs a fraction: there are so many turns at once, and then one in a millisecond.
 */
const MOST_AT_ONCE = 20;

export class Turns implements Disposable {
  readonly #grown = new Set<Course>();
  readonly #courses: () => Iterable<Course>;
  readonly #onRetried: () => void;
  readonly #onFailed: (course: Course, error: unknown) => void;
  #isDue = false;
  #left = MOST_AT_ONCE;
  #sinceMs = performance.now();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #retryMs = FIRST_RETRY_MS;
  #isOver = false;

  /** `courses`: all courses that there are. `onRetried`: a disk took no more, and has been tried again. */
  constructor(
    courses: () => Iterable<Course>,
    onRetried: () => void,
    onFailed: (course: Course, error: unknown) => void,
  ) {
    this.#courses = courses;
    this.#onRetried = onRetried;
    this.#onFailed = onFailed;
  }

  /** Returns a promise if it is called too often; the caller is to wait for it. */
  grown(courses: Iterable<Course>): Promise<void> | null {
    for (const course of courses) this.#grown.add(course);
    if (!this.#play()) return null;
    const nowMs = performance.now();
    this.#left = Math.min(MOST_AT_ONCE, this.#left + nowMs - this.#sinceMs) - 1;
    this.#sinceMs = nowMs;
    return this.#left < 1 ? Bun.sleep(1) : null;
  }

  take(course: Course): Reached {
    if (course.isOver) return "all";
    const reached = this.#attempt(course);
    if (reached === "stuck") this.#retryLater();
    return reached;
  }

  forget(course: Course): void {
    this.#grown.delete(course);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#grown.clear();
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  /** If one spool cannot be read, the others are still read. */
  #attempt(course: Course): Reached {
    try {
      const reached = course.take(TURN_BYTES);
      course.isFailing = false;
      return reached;
    } catch (error) {
      if (!course.isFailing) this.#onFailed(course, error);
      course.isFailing = true;
      return "stuck";
    }
  }

  /**
   * A course that has more than one turn's bytes is asked again after everything else that waits. false:
   * there was nothing.
   */
  #play(): boolean {
    const due = Array.from(this.#grown);
    this.#grown.clear();
    let isNews = false;
    for (const course of due) {
      const reached = this.take(course);
      if (reached === "more") this.#grown.add(course);
      isNews ||= course.hasMoved || reached === "stuck";
    }
    if (this.#grown.size > 0 && !this.#isDue) {
      this.#isDue = true;
      setImmediate(() => {
        this.#isDue = false;
        this.#play();
      });
    }
    return isNews;
  }

  #retryLater(): void {
    if (this.#retry !== null || this.#isOver) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
      const reached = Array.from(this.#courses(), (course) => this.take(course));
      if (!reached.includes("stuck")) this.#retryMs = FIRST_RETRY_MS;
      this.#onRetried();
    }, this.#retryMs);
  }
}
