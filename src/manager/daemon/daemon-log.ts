/**
 * The manager writes what it has to say about itself and about apps into `daemon.log` beside its state, one
 * line each.
 */
import { join } from "node:path";
import { AppendLog } from "../../record/append-log.ts";
import { printable } from "../../text/mask.ts";
import type { AppEvent } from "../../wire/manager.ts";

/** Some 10,000 lines, and as many put aside. */
const MOST_BYTES = 1_048_576;

const lineOf = (word: string, what: string): string =>
  `${new Date().toISOString()} ${word}: ${printable(what, 2_000)}`;

export class DaemonLog implements Disposable {
  readonly #log: AppendLog;
  /** Of this turn of the event loop: what the manager does comes first. */
  #waiting: string[] = [];

  constructor(
    directory: string,
    private readonly onSaid: (line: string) => void = () => {},
  ) {
    this.#log = new AppendLog(join(directory, "daemon.log"), {
      what: "the manager's log",
      lost: (lines) => lineOf("trouble", `${lines} lines could not be written`),
      maxBytes: MOST_BYTES,
      keep: 1,
    });
  }

  say(word: string, what: string): void {
    if (this.#waiting.push(lineOf(word, what)) === 1) setImmediate(() => this.#write());
  }

  [Symbol.dispose](): void {
    this.#write();
  }

  #write(): void {
    for (const line of this.#waiting.splice(0)) {
      this.#log.write(line);
      this.onSaid(line);
    }
  }

  event({ app, instance, type, words }: AppEvent): void {
    this.say(type, `${app.name} ${instance}: ${words}`);
  }
}
