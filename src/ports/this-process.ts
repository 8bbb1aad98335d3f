/** Names this process in records that outlive it. */
import type { ProcessId } from "../core/process/process.ts";

export interface ThisProcess {
  readonly id: ProcessId;
  /** Inode of the PID namespace that our numbers mean something in. */
  readonly pidNamespace: string;
  /** Nothing of another boot is alive. */
  readonly bootId: string;
  /**
   * The environment as it was handed to us, without what the runtime has added from the project's .env files.
   */
  readonly environment: Readonly<Record<string, string>>;
}
