/** Thaws what was frozen, should we die. */
import type { ProcessId } from "../core/process/process.ts";

export interface FreezeGuard extends AsyncDisposable {
  /**
   * Call this before the SIGSTOP; it resolves once the guard has them. The end of the lease continues and
   * forgets them.
   */
  watch(ids: readonly ProcessId[]): Promise<void>;
}
