/** `test --watch`: runs the files again whenever one of the project's sources has changed, until it is ended. */
import type { SessionWish } from "../../../runner/test/session.ts";
import { dim } from "../../../text/style.ts";
import { SourceChanges } from "./changes.ts";
import { interruption } from "./interruption.ts";
import { runAndTellOnce, type Telling } from "./tell.ts";

/** Resolves to 128 + n once a signal has ended it. */
export async function runOnChanges(wish: Omit<SessionWish, "signal">, telling: Telling): Promise<number> {
  const { signal, codeOr } = interruption();
  const outputs = [telling.junit, telling.results, wish.timings].filter((path) => path !== null);
  using changes = new SourceChanges(wish.cwd, outputs);
  while (!signal.aborted) {
    await runAndTellOnce(wish, telling, signal);
    const isOld = await changes.duringRun(signal);
    if (signal.aborted) break;
    if (!telling.json)
      console.log(
        dim(isOld ? "\nsomething changed meanwhile\n" : "\nwaiting for a change; Ctrl-C ends this\n"),
      );
    if (isOld) continue;
    await changes.next(signal);
  }
  return codeOr(0);
}
