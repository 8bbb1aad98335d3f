/** Questions of which a part is still to come. Whoever sends half of one and waits holds up nobody: so many at most, and for a new one the oldest goes. */

/** A question of ours comes in one piece, and a follower sends its next one only after an answer. */
const MOST_ARRIVING = 64;

export class Arriving {
  readonly #give: Set<() => void> = new Set();

  /** All of its body; null: it had to make room. */
  async whole(request: Request): Promise<string | null> {
    const { promise: given, resolve } = Promise.withResolvers<null>();
    const give = (): void => resolve(null);
    this.#give.add(give);
    const [oldest] = this.#give;
    if (this.#give.size > MOST_ARRIVING && oldest !== undefined) {
      this.#give.delete(oldest);
      oldest();
    }
    try {
      return await Promise.race([request.text(), given]);
    } finally {
      this.#give.delete(give);
    }
  }
}
