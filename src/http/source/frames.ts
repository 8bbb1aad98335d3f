/** Frames of an event stream that has an end, for one reader, who may come late or never. */
import { frameOf } from "../event-stream.ts";

/** A reader who takes nothing misses what is told again anyway. */
const MOST_WAITING = 16;

export class Frames {
  #waiting: string[] = [];
  #isOver = false;
  #news = Promise.withResolvers<void>();

  add(event: string, data: unknown): void {
    this.#waiting = [...this.#waiting, frameOf(event, JSON.stringify(data))].slice(-MOST_WAITING);
    this.#news.resolve();
  }

  end(): void {
    this.#isOver = true;
    this.#news.resolve();
  }

  async *read(): AsyncGenerator<string, void> {
    for (;;) {
      const frames = this.#waiting.join("");
      this.#waiting = [];
      if (frames !== "") yield frames;
      else if (this.#isOver) return;
      else {
        await this.#news.promise;
        this.#news = Promise.withResolvers();
      }
    }
  }
}
