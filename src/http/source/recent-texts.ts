/** Answers that all who ask the same within a second share, however many they are. Only the text is kept, and only for that second. */

const KEPT_FOR_MS = 1_000;
/** Nobody fills the memory by asking for one thing after the other. */
const MOST_KEPT = 8;

/** Has `act` done later, and keeps no process alive for it. */
type After = (ms: number, act: () => void) => void;

const afterwards: After = (ms, act) => setTimeout(act, ms).unref();

export class RecentTexts {
  readonly #after: After;
  readonly #kept = new Map<string, Promise<string>>();

  constructor(after: After = afterwards) {
    this.#after = after;
  }

  of(question: string, make: () => Promise<string>): Promise<string> {
    const known = this.#kept.get(question);
    if (known !== undefined) return known;
    const text = make();
    if (this.#kept.size >= MOST_KEPT) return text;
    this.#kept.set(question, text);
    const forget = (): void => void this.#kept.delete(question);
    // a failure is told to whoever waits for it, and not kept
    text.then(() => this.#after(KEPT_FOR_MS, forget), forget);
    return text;
  }
}
