/** Whoever waits until something is so. Nothing is asked again and again: each change wakes them. */
export class Watchers {
  readonly #watchers = new Set<() => void>();

  constructor(private readonly isClosed: () => boolean) {}

  /** Resolves to the first result of `answer` that is not null. Rejects when the manager leaves. */
  until<Answer>(answer: () => Answer | null): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const look = (): void => {
      const found = answer();
      if (found === null && !this.isClosed()) return;
      this.#watchers.delete(look);
      if (found === null) reject(new Error(LEAVING));
      else resolve(found);
    };
    this.#watchers.add(look);
    look();
    return promise;
  }

  wake(): void {
    for (const look of this.#watchers) look();
  }
}

export const LEAVING = "The manager is ending; the apps go on. Ask again.";
