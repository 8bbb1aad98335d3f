/** Every process of the last reading, in view or not: what to call it, and whom it descends from. */
import { commandLine, printable } from "../../text/mask.ts";
import { commandWords } from "./command-words.ts";
import { isFree } from "./identity.ts";
import type { ProcessReading } from "./reading.ts";

/** Longer chains do not exist; one reading is not taken in an instant and could hold a circle. */
const MOST_ANCESTORS = 4096;

interface Person {
  readonly ppid: number;
  readonly command: string;
}

export class Everybody {
  #all: ReadonlyMap<number, Person> | null = null;

  /** `look` calls `set`; it is called when somebody is asked for whom nobody has seen yet. */
  constructor(private readonly look: () => void) {}

  set(all: ProcessReading["all"]): void {
    this.#all = new Map(all.map(([pid, ppid, command]) => [pid, { ppid, command }]));
  }

  describe(pid: number): string | null {
    const person = this.#person(pid);
    if (person === undefined) return null;
    const argv = commandWords(person.command, null, () => true);
    return argv.length === 0 ? printable(person.command) : commandLine(argv);
  }

  ancestors(pid: number): readonly number[] {
    const found: number[] = [];
    for (let at = this.#person(pid)?.ppid ?? 0; at > 0; at = this.#person(at)?.ppid ?? 0) {
      if (found.includes(at) || found.length === MOST_ANCESTORS) break;
      found.push(at);
    }
    return found;
  }

  /** A process that has ended is nobody; one that was not there yet is worth another look. */
  #person(pid: number): Person | undefined {
    if (pid <= 0 || isFree(pid)) return undefined;
    if (this.#all?.get(pid) === undefined) this.look();
    return this.#all?.get(pid);
  }
}
