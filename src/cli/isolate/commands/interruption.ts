/** Signals that end a run, with all that it has started. */

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 + n where a signal has come; else what is given. */
  readonly codeOr: (code: number) => number;
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
  return { signal: stop.signal, codeOr: (code) => (first === 0 ? code : 128 + first) };
}
