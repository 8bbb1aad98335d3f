/** A street: programs that people really run, side by side under one monitor. Neighbours live, runaways die. */

/** The monitor's own project, whose file holds for it, or another folder of the account, without a file. */
export type Place = "project" | "elsewhere";

/** What the machine or the installed packages have to have; named in the reason for a skip. */
export type Need = "packages" | "redis-server" | "chromium" | "tmux" | "make" | "node" | "strace";

interface Resident {
  readonly name: string;
  readonly at: Place;
  readonly needs?: readonly Need[];
  /** Files in its own folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Run by bash in its own folder, in a session of its own below pid 1. `bun` is on PATH; so is what the packages bring.
   * Whatever inherits its environment is counted as its process.
   */
  readonly start: string;
  /** It is up once `start` has made a file named `up`; else once it has its processes. */
  readonly saysUp?: true;
}

export interface Neighbour extends Resident {
  /** The row of the policy that spares it. */
  readonly because: string;
  /** How many Bun processes it has once it is up. */
  readonly processes: number;
  /** It ends by itself, with code 0; absent: it must still be there at the end. */
  readonly finishes?: true;
  /** A row of the docs says that this is stopped, with a message that names the key to change. */
  readonly stoppedFor?: "timeout" | "memory";
}

export interface Runaway extends Resident {
  readonly processes: number;
  /** The rules, one of which stops it. */
  readonly rules: readonly string[];
}
