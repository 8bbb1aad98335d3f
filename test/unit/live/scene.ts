/** A screen made of data: reports of processes that never ran, keys by their names. */
import { processKey, type ProcessSample } from "../../../src/core/process/process.ts";
import { withReport, update, type Effect } from "../../../src/live/update.ts";
import type { ScreenEffect } from "../../../src/live/listing.ts";
import type { Key, KeyName } from "../../../src/live/keys.ts";
import { initial, type State } from "../../../src/live/state.ts";
import type { Report } from "../../../src/wire/reports.ts";
import { World } from "../../support/build.ts";

/** What a look sees at this time. */
export function aReport(processes: readonly ProcessSample[], atMs = 1_000_000, world = new World()): Report {
  const { policy } = world;
  return { atMs, policy, config: null, judgement: world.see(atMs, processes).judge(), monitorPid: null };
}

export const showing = (processes: readonly ProcessSample[], facts: Partial<State> = {}): State =>
  withReport({ ...initial, ...facts }, aReport(processes), new Map());

const NAMED: ReadonlySet<string> = new Set<KeyName>([
  "up",
  "down",
  "page-up",
  "page-down",
  "home",
  "end",
  "enter",
  "escape",
  "backspace",
  "interrupt",
]);
// what is in the set is a KeyName
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const keyNamed = (key: string): Key => (NAMED.has(key) ? { name: key as KeyName } : { text: key });

export interface Pressed {
  readonly state: State;
  readonly effects: readonly (Effect | ScreenEffect)[];
}

/** Named keys by their names, others by their characters; a page has three rows. */
export const press = (from: State, ...keys: readonly string[]): Pressed =>
  keys.reduce<Pressed>(
    ({ state, effects }, key) => {
      const next = update(state, keyNamed(key), 3);
      return { state: next.state, effects: next.effect === null ? effects : [...effects, next.effect] };
    },
    { state: from, effects: [] },
  );

export const keyOfPid = (pid: number): string => processKey({ pid, startTicks: pid });
