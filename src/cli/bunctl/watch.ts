/** `bunctl status --watch`: the table, drawn anew every second, until somebody leaves. */
import { systemClock } from "../../os/clock.ts";
import { UsageError } from "../../text/errors.ts";
import type { Key } from "../../live/keys.ts";
import { Terminal } from "../../live/terminal.ts";
import { dim } from "../../text/style.ts";
import { messageOf } from "../../text/system-error.ts";
import { appsInLines } from "../../render/apps/table.ts";
import { apps } from "./manager.ts";

const EVERY_MS = 1_000;
const leaves = (key: Key): boolean =>
  "text" in key ? key.text === "q" : "name" in key && (key.name === "escape" || key.name === "interrupt");

/** Resolves to 0 when it was left, whichever way. */
export async function watchApps(words: readonly string[]): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      "status --watch draws on a terminal, and this is none. Use status, or status --json.",
    );
  const leave = new AbortController();
  const abort = (): void => leave.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, abort);
  let shown: readonly string[] = [];
  let failure: unknown = null;
  const draw = (terminal: Terminal): void => terminal.draw(shown.slice(0, terminal.size.rows));
  using terminal = new Terminal({
    onKey: (key) => void (leaves(key) && abort()),
    onResize: () => draw(terminal),
    onGone: abort,
    onFailure: (error) => {
      failure = error;
      abort();
    },
  });
  while (!leave.signal.aborted) {
    shown = await lines(words, terminal.size.columns);
    draw(terminal);
    await systemClock.sleep(EVERY_MS, leave.signal);
  }
  if (failure !== null) throw failure;
  return 0;
}

/** A manager that ends while it is asked: the next look finds out. */
async function lines(words: readonly string[], width: number): Promise<readonly string[]> {
  try {
    const seen = await apps(words);
    return [...appsInLines(seen, width), ...seen.failures, "", dim("q leaves")];
  } catch (error) {
    return [messageOf(error)];
  }
}
