/** A live table on the terminal: a look once a second, keys at any time, until somebody leaves. */
import { systemClock } from "../os/clock.ts";
import { describeFailure, UsageError } from "../text/errors.ts";
import type { Key } from "./keys.ts";
import type { Size } from "./layout.ts";
import type { ScreenEffect } from "./listing.ts";
import { Terminal } from "./terminal.ts";

const EVERY_MS = 1_000;
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

export type StateChange<State> = (state: State) => State;

/** What a table shows and does. */
export interface Show<State, Effect extends { readonly type: string }> {
  readonly initial: State;
  frame(state: State, size: Size): readonly string[];
  update(
    state: State,
    key: Key,
    size: Size,
  ): { readonly state: State; readonly effect: Effect | ScreenEffect | null };
  /** `nth`: of how many looks. What it finds is put into the state as it is by then; what it throws is said there. */
  look(nth: number): Promise<StateChange<State>>;
  withTrouble(state: State, trouble: string): State;
  /** What a key asks for, in the world. It is seen to its end when the table is left. */
  act(effect: Effect, change: (how: StateChange<State>) => void): Promise<void>;
  /** Said while that is waited for; null = nothing is under way. */
  waiting(state: State): string | null;
  /** What came of it, for the screen that the shell has again. */
  rest(state: State): readonly string[];
}

/** Ends when it was left and what was begun has settled. @throws what went wrong beside the looks */
export async function play<
  State extends { readonly paused: boolean },
  Effect extends { readonly type: string },
>(show: Show<State, Effect>, instead: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env["TERM"] === "dumb")
    throw new UsageError(`status --watch draws on a terminal, and this is none. ${instead}`);
  await new LiveScreen(show).run();
}

class LiveScreen<State extends { readonly paused: boolean }, Effect extends { readonly type: string }> {
  readonly #leave = new AbortController();
  #state: State;
  #terminal: Terminal | null = null;
  #failure: unknown = null;
  readonly #begun = new Set<Promise<void>>();

  constructor(private readonly show: Show<State, Effect>) {
    this.#state = show.initial;
  }

  async run(): Promise<void> {
    const leave = (): void => this.#leave.abort();
    for (const signal of SIGNALS) process.on(signal, leave);
    try {
      using terminal = new Terminal({
        onKey: (key) => this.#guard(() => this.#onKey(key)),
        onResize: () => this.#guard(() => this.#draw()),
        onGone: leave,
        onFailure: (error) => this.#fail(error),
      });
      this.#terminal = terminal;
      this.#draw();
      await this.#look();
    } finally {
      this.#terminal = null;
      await this.#settle();
      for (const signal of SIGNALS) process.off(signal, leave);
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** What was begun is seen to its end, on the screen that the shell has again. */
  async #settle(): Promise<void> {
    const waiting = this.show.waiting(this.#state);
    if (waiting === null) return;
    console.error(waiting);
    await Promise.all(this.#begun);
    for (const line of this.show.rest(this.#state)) console.log(line);
  }

  async #look(): Promise<void> {
    for (let nth = 0; !this.#leave.signal.aborted; nth++) {
      const dueMs = systemClock.monotonicMs() + EVERY_MS;
      if (!this.#state.paused) await this.#lookOnce(nth);
      this.#draw();
      await systemClock.sleep(dueMs - systemClock.monotonicMs(), this.#leave.signal);
    }
  }

  async #lookOnce(nth: number): Promise<void> {
    try {
      const found = await this.show.look(nth);
      // a key may have held the screen meanwhile
      if (!this.#state.paused) this.#state = found(this.#state);
    } catch (error) {
      // a service that ends while it is asked: the next look finds out who is there then
      this.#state = this.show.withTrouble(this.#state, firstLine(error));
    }
  }

  #onKey(key: Key): void {
    const terminal = this.#terminal;
    if (terminal === null) return;
    const { state, effect } = this.show.update(this.#state, key, terminal.size);
    this.#state = state;
    if (effect !== null) this.#act(effect, terminal);
    this.#draw();
  }

  #act(effect: Effect | ScreenEffect, terminal: Terminal): void {
    if (isOfScreen(effect)) return this.#ofScreen(effect, terminal);
    const change = (how: StateChange<State>): void => {
      this.#state = how(this.#state);
      this.#draw();
    };
    const act = this.show.act(effect, change).catch((error: unknown) => this.#fail(error));
    this.#begun.add(act);
    void act.finally(() => this.#begun.delete(act));
  }

  #ofScreen({ type }: ScreenEffect, terminal: Terminal): void {
    switch (type) {
      case "quit":
        return this.#leave.abort();
      case "suspend":
        return terminal.suspend();
      case "redraw":
        return terminal.forget();
    }
  }

  #draw(): void {
    const terminal = this.#terminal;
    if (terminal !== null) terminal.draw(this.show.frame(this.#state, terminal.size));
  }

  /** A mistake in a handler ends the table, so that the terminal is given back before it is said. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#leave.abort();
  }
}

const isOfScreen = (effect: { readonly type: string }): effect is ScreenEffect =>
  effect.type === "quit" || effect.type === "suspend" || effect.type === "redraw";

export const firstLine = (error: unknown): string =>
  describeFailure(error, false).text.split("\n", 1)[0] ?? "";
