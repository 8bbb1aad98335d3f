/**
 * The output of apps. An app writes into a spool, a file of its own that is only appended to, so neither it nor a line of it
 * depends on whether the manager lives. Whoever manages it follows the spool, and writes its lines to the app's log files.
 */
import type { LogPolicy } from "../core/app/app-spec.ts";

/** One copy of an app. */
export interface LoggedInstance {
  /** Unique for the account: `<directory hash>-<name>-<number>`; fit for a file name. */
  readonly key: string;
  /** The app's name, for prefixes and events. */
  readonly app: string;
  readonly number: number;
  readonly policy: LogPolicy;
}

export interface AppOutput {
  /** Open for appending: given to the child, then closed here. -1 never: without a file a stream goes nowhere ("ignore"). */
  readonly streams: readonly [stdout: number | "ignore", stderr: number | "ignore"];
  /** Called once the child has them. */
  readonly release: () => void;
}

/** Something that was to reach a log file, and did not. */
export interface OutputLoss {
  readonly key: string;
  readonly lines: number;
  /** What is lost, and why. */
  readonly words: string;
}

export interface AppLogs extends AsyncDisposable {
  /** Opens the output for the next start of this instance. Follows its spools from now on. */
  open(instance: LoggedInstance): AppOutput;
  /** Follows the spools of an instance that runs since before we did, from where its log files end. */
  resume(instance: LoggedInstance): void;
  /**
   * Resolves, for an instance that has ended, when everything that it has written is in its log files, and
   * its last line ends there. Output that a log file does not take now (its disk is full) waits in the spool,
   * and this does not wait for it.
   */
  drained(key: string): Promise<void>;
  /** Forgets the instance, its spools too, once they are drained. */
  close(key: string): Promise<void>;
  /** Closes all that nobody has opened or resumed: instances that ended while no manager lived. */
  closeOthers(): Promise<void>;
  /** The last lines of its standard error since its start, as text. */
  lastErrorLines(key: string, most: number): readonly string[];
  /** Resolves when a line of its present run matches, of either stream; rejects when the signal aborts. */
  line(key: string, pattern: RegExp, signal: AbortSignal): Promise<void>;
  /** Empties the log files of these instances (`flush`), whether they run or not. */
  truncate(instances: readonly LoggedInstance[]): void;
  /** Puts them aside now (`reloadLogs`). */
  rotate(instances: readonly LoggedInstance[]): void;
  /** Tells of each loss from now on, and at once of those that there were. */
  onLoss(told: (loss: OutputLoss) => void): void;
}
