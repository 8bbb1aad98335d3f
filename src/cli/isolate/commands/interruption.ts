/** What ends a run, with all that it has started: a signal, or the end of whoever has it done for somebody else. */
import { ENDS_WITH_INPUT_OF } from "../../../trust/own-bun.ts";

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 + n where a signal has come; else what is given. */
  readonly codeOr: (code: number) => number;
}

async function inputEnds(): Promise<void> {
  for await (const _ of Bun.stdin.stream());
}

/** From now on none of them ends this process at once, however often it is sent: what runs has to be ended first. */
export function interruption(): Interruption {
  const stop = new AbortController();
  let first = 0;
  for (const [name, number] of Object.entries(SIGNALS))
    process.on(name, () => {
      first ||= number;
      stop.abort();
    });
  // what this process starts in its turn has another parent, and a standard input of its own
  if (process.env[ENDS_WITH_INPUT_OF] === String(process.ppid)) void inputEnds().then(() => stop.abort());
  return { signal: stop.signal, codeOr: (code) => (first === 0 ? code : 128 + first) };
}
