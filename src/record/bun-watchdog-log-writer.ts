/** The log and winston, in a process of their own that ends with its input; see background-log.ts. */
import type { WatchdogEvent } from "../core/plan/event.ts";
import { openActivityLog, type ActivityLogOptions } from "./activity-log.ts";
import { linesOf } from "./lines.ts";

export type LogOptions = Omit<ActivityLogOptions, "complain">;

/** A line of its input; the first says how to write, the others what. */
export type LogRequest = LogOptions | { readonly number: number; readonly event: WatchdogEvent };

/** A line of its output: up to which number everything is in the file, or why it is not. */
export type LogAnswer = { readonly written: number } | { readonly trouble: string };

const answer = (line: LogAnswer): void => console.log(JSON.stringify(line));

/** The program that starts this is the same version of ours. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const parsed = (line: string): LogRequest => JSON.parse(line) as LogRequest;

async function main(): Promise<void> {
  let log: ReturnType<typeof openActivityLog> | null = null;
  let [taken, told] = [0, 0];
  let flushing: Promise<void> | null = null;
  const flush = async (): Promise<void> => {
    while (told < taken) {
      const reached = taken;
      await log?.close();
      if (log?.trouble() !== null) break;
      told = reached;
      answer({ written: told });
    }
    flushing = null;
  };
  for await (const line of linesOf(Bun.stdin.stream())) {
    const request = parsed(line);
    if (!("event" in request))
      log = openActivityLog({ ...request, complain: (trouble) => answer({ trouble }) });
    else {
      log?.write(request.event);
      taken = request.number;
      flushing ??= flush();
    }
  }
  await flushing;
  await flush();
}

void main().then(() => process.exit(0));
