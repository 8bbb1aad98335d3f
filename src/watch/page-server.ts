/**
 * The companion that starts the server of the page with the monitor, and ends it. It is a process of its own: whatever becomes
 * of it, the watch goes on, and it is started again.
 */
import type { Loaded } from "../config/load.ts";
import type { Settings } from "../config/schema/settings.ts";
import type { Companion, CompanionOptions, OpenCompanion } from "../host/companion.ts";
import { pauseAfter } from "../text/back-off.ts";
import { formatDuration } from "../text/duration.ts";
import { lastOf } from "../text/last-of.ts";
import { printable } from "../text/mask.ts";
import { messageOf } from "../text/system-error.ts";
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";
import { programFile } from "../trust/package-file.ts";

const SCRIPT = "scripts/fix-runaway-bun.ts";
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 300_000];
/** One that has run for so long did not fail because of how it was started. */
const STEADY_MS = 60_000;
const GRACE_MS = 2_000;
const MOST_SAID = 300;

type Server = Bun.Subprocess<"pipe", "ignore", "pipe">;

/** Its key may be changed while the monitor runs. */
export const servePage: OpenCompanion = (options) => new PageServer(options);

class PageServer implements Companion {
  readonly #options: CompanionOptions;
  #loaded: Loaded;
  #server: Server | null = null;
  /** Of the server before: two at once would disturb each other. */
  #ended: Promise<void> = Promise.resolve();
  #isOver = false;
  /** Of the next start. */
  #timer: Timer | null = null;
  #failures = 0;
  #said = "";

  constructor(options: CompanionOptions) {
    this.#options = options;
    this.#loaded = options.loaded;
    this.#startIn(0);
  }

  onConfig(loaded: Loaded): void {
    const before = this.#settings;
    this.#loaded = loaded;
    if (Bun.deepEquals(before, this.#settings)) return;
    this.#failures = 0;
    void this.#end().then(() => this.#startIn(0));
  }

  get #settings(): Settings["dashboard"] {
    return this.#loaded.settings.dashboard;
  }

  /** Never in the middle of a tick. */
  #startIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isOver || !this.#settings.enabled) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, ms);
    this.#timer.unref();
  }

  /** Resolves when it has ended. Never rejects. */
  async #run(): Promise<void> {
    const { clock } = this.#options;
    const beganMs = clock.monotonicMs();
    let why: string;
    try {
      const server = (this.#server = this.#spawn());
      const errors = await lastOf(server.stderr, MOST_SAID);
      await server.exited;
      // it was told to
      if (this.#server !== server) return;
      const last = errors.trimEnd().split("\n").at(-1) ?? "";
      why = `has ended with ${server.signalCode ?? server.exitCode}${last === "" ? "" : `: ${printable(last, MOST_SAID)}`}`;
    } catch (error) {
      // no memory, process or descriptor is left for it
      why = `could not be started: ${messageOf(error)}`;
    }
    this.#server = null;
    if (clock.monotonicMs() - beganMs > STEADY_MS) this.#failures = 0;
    const pauseMs = pauseAfter(this.#failures++, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    // what repeats itself is said once
    if (why !== this.#said)
      this.#options.tell({
        type: "trouble",
        what: `the server of the page ${why}; it is started again, first in ${formatDuration(pauseMs)}`,
      });
    this.#said = why;
    this.#startIn(pauseMs);
  }

  /** Its standard input ends with this process, and so does it. */
  #spawn(): Server {
    const { file, cwd, flags = {} } = this.#loaded.options;
    const args = [
      ...(file === undefined ? [] : ["--config", file]),
      ...(flags.scope === undefined ? [] : ["--scope", flags.scope]),
    ];
    return Bun.spawn(ownCommand(programFile(SCRIPT), "dashboard", "--with-monitor", ...args), {
      cwd,
      env: ownEnvironment(process.env),
      stdin: "pipe",
      stdout: "ignore",
      stderr: "pipe",
      // a Ctrl-C is meant for the monitor, which ends it
      detached: true,
    });
  }

  async #end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const server = this.#server;
    this.#server = null;
    if (server !== null) this.#ended = endOf(server);
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    return this.#end();
  }
}

async function endOf(server: Server): Promise<void> {
  server.kill("SIGTERM");
  const timer = setTimeout(() => server.kill("SIGKILL"), GRACE_MS);
  await server.exited;
  clearTimeout(timer);
}
