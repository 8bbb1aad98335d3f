/** The terminals that processes were started in. */
import type { ProcessSample } from "../core/process/process.ts";

export interface Terminals {
  /**
   * One printable line, where the victim's session still has a terminal of this account; never waits. Not where this process
   * or one of `readers` is told anyway. false: nobody was told.
   */
  say(
    victim: Pick<ProcessSample, "id" | "sid" | "terminal">,
    line: string,
    readers: readonly number[],
  ): boolean;
}
