/** The declaration of an app says when its process counts as ready. */
import type { Readiness } from "../core/app/app-spec.ts";
import type { AppProcess } from "../ports/supervisor.ts";
import { messageOf } from "../text/system-error.ts";
import { duration } from "../text/wording.ts";
import type { ManagerPorts } from "./ports.ts";

type ReadinessPorts = Pick<ManagerPorts, "logs" | "clock" | "probes">;

/** The gate of one process: made before its start, since its first line or message may be the one that is waited for. */
export class Gate {
  readonly #closed = new AbortController();
  readonly #said = Promise.withResolvers<void>();
  readonly #line: Promise<void> | null;

  constructor(
    private readonly readiness: Exclude<Readiness, { readonly by: "start" }>,
    key: string,
    private readonly ports: ReadinessPorts,
  ) {
    this.#line =
      readiness.by === "log"
        ? // oxlint-disable-next-line require-unicode-regexp -- as its config file was read
          ports.logs.line(key, new RegExp(readiness.pattern), this.#closed.signal)
        : null;
    // its error is looked at once the process is there, or never
    this.#line?.catch(() => null);
  }

  onMessage(message: unknown): void {
    if (message === "ready") this.#said.resolve();
  }

  /** Nobody wants to know any more. */
  close(): void {
    this.#closed.abort();
  }

  /** null = it is ready; a sentence = it is not, and its time is over. Never resolves once the gate is closed. */
  async pass(handle: AppProcess): Promise<string | null> {
    const { signal } = this.#closed;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const { withinMs } = this.readiness;
    let trouble = "";
    // the end of the process is told elsewhere; before that, only the time decides
    this.#probe(handle, signal).then(
      () => resolve(null),
      (error: unknown) => (trouble = `: ${messageOf(error)}`),
    );
    void this.ports.clock.sleep(withinMs, signal).then(() => {
      if (!signal.aborted) resolve(`it was not ready within ${duration(withinMs)}${trouble}`);
    });
    const verdict = await promise;
    this.close();
    return verdict;
  }

  async #probe(handle: AppProcess, signal: AbortSignal): Promise<void> {
    const { readiness, ports } = this;
    switch (readiness.by) {
      case "message":
        return this.#said.promise;
      case "log":
        return this.#line ?? undefined;
      case "port":
        return ports.probes.port(readiness.host, readiness.port, handle, signal);
      case "http":
        return ports.probes.http(readiness.url, handle, signal);
    }
  }
}
