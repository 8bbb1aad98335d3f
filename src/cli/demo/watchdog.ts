/** The real monitor, run as a person runs it; what it says is read from its `--json` lines. */
import { fileURLToPath } from "node:url";
import type { WatchdogEvent } from "../../core/event.ts";
import { ownCommand } from "../../trust/own-bun.ts";
import { CommandError } from "../errors.ts";

const SCRIPT = fileURLToPath(new URL("../../../scripts/fix-runaway-bun.ts", import.meta.url));

export interface Watchdog extends AsyncDisposable {
  readonly pid: number;
  /** Ends when it ends. */
  readonly events: AsyncIterable<WatchdogEvent>;
}

/** Both ends are this program. */
const parse = (line: string): WatchdogEvent =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by commands/monitor.ts
  JSON.parse(line) as WatchdogEvent;

async function* eventsOf(output: ReadableStream<Uint8Array>): AsyncIterable<WatchdogEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of output) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield parse(line);
  }
}

export function startWatchdog(folder: string, scope: "user" | "project"): Watchdog {
  const argv = [SCRIPT, "monitor", "--json", "--yes", "--mode", "enforce", "--scope", scope] as const;
  const child = Bun.spawn(ownCommand(...argv), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const errors = child.stderr.text();
  let asked = false;
  return {
    pid: child.pid,
    events: (async function* () {
      yield* eventsOf(child.stdout);
      if (!asked)
        throw new CommandError(`The monitor ended with ${await child.exited}:\n${(await errors).trim()}`);
    })(),
    [Symbol.asyncDispose]: async () => {
      asked = true;
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}
