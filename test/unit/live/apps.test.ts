/** The screen of apps, made of data: what keys do, and that a frame fits its terminal. */
import { describe, expect, test } from "bun:test";
import { withBegun, withReply, withSeen, updateApps, type AppAction } from "../../../src/live/apps/update.ts";
import { appEntries, initialApps, type AppsState } from "../../../src/live/apps/state.ts";
import { appsFrame, appsPage } from "../../../src/live/apps/view.ts";
import { BY_ID } from "../../../src/render/apps/table.ts";
import type { AppDocument, AppsDocument } from "../../../src/wire/manager.ts";
import { anApp as app, anInstance as instance, RUNNING_AT_MS } from "../../support/running-apps.ts";
import { keyNamed } from "./scene.ts";

const AT = RUNNING_AT_MS;

const failed = {
  atMs: AT,
  reason: "exited",
  code: 3,
  signal: null,
  words: "ended by itself with code 3",
} as const;
const apps: readonly AppDocument[] = [
  app("web", instance(0), instance(1, { number: 1 })),
  app(
    "queue",
    instance(2, {
      state: "waiting",
      untilMs: AT + 3_000,
      root: null,
      startedMs: null,
      lastExit: { ...failed, lastErrorLines: ["Error: no\u001B[2Jqueue"] },
    }),
  ),
  app("漢字-".repeat(30), instance(3, { state: "stopped", root: null, cpuPercent: null, memoryBytes: null })),
];

const document = (facts: Partial<AppsDocument> = {}): AppsDocument => ({
  schemaVersion: 1,
  at: AT,
  manager: { pid: 7, version: "0", sinceMs: 0 },
  apps,
  failures: [],
  ...facts,
});

const showing = (facts: Partial<AppsDocument> = {}): AppsState =>
  withSeen(initialApps(BY_ID), document(facts));

const press = (from: AppsState, ...keys: readonly string[]) =>
  keys.reduce(
    ({ state, effects }, key) => {
      const next = updateApps(state, keyNamed(key), 3);
      return {
        state: next.state,
        effects: [...effects, ...(next.effect === null ? [] : [next.effect.type])],
      };
    },
    { state: from, effects: [] as string[] },
  );

const ids = (state: AppsState): readonly number[] => appEntries(state).map((row) => row.instance.id);
const text = (state: AppsState): string => appsFrame(state, { columns: 100, rows: 30 }).join("\n");

const first = appEntries(showing())[0];
const effect: AppAction | null = first === undefined ? null : { type: "stop", row: first };

const STATES: Readonly<Record<string, AppsState>> = {
  "before the first look": initialApps(BY_ID),
  "no manager": showing({ manager: null, apps: [] }),
  "apps without a manager": showing({
    manager: null,
    apps: [],
    failures: ["The last manager has left 2 apps."],
  }),
  "no app": showing({ apps: [] }),
  apps: showing(),
  "the last one": press(showing(), "end").state,
  help: press(showing(), "?").state,
  question: press(showing(), "x").state,
  "what came of it":
    effect === null ? showing() : withReply(showing(), effect, { failures: ["it survived ".repeat(40)] }, AT),
};

describe("a frame is exactly as large as the terminal", () => {
  test.each(Object.entries(STATES))("%s", (_, state) => {
    for (const columns of [1, 10, 20, 40, 60, 70, 80, 100, 250])
      for (const rows of [1, 2, 5, 10, 16, 24, 60]) {
        const lines = appsFrame(state, { columns, rows });
        expect(lines).toHaveLength(rows);
        expect(lines.filter((line) => Bun.stringWidth(line) > columns)).toEqual([]);
        expect(appsPage(state, { columns, rows })).toBeGreaterThan(0);
      }
  });
});

test.each<[string, readonly number[]]>([
  ["i", [0, 1, 2, 3]],
  ["n", [2, 0, 1, 3]],
  ["c", [2, 1, 0, 3]],
  ["m", [2, 1, 0, 3]],
])("sorted by %s, and again the other way round", (key, order) => {
  const from = press(showing(), key === "i" ? "n" : "i").state;
  const once = press(from, key).state;
  expect(ids(once)).toEqual([...order]);
  expect(ids(press(once, key).state)[0]).toBe(order.at(key === "n" || key === "i" ? -1 : 3) ?? -1);
});

test.each<[string, readonly string[], readonly string[]]>([
  ["stop asks first", ["x"], []],
  ["y stops", ["x", "y"], ["stop"]],
  ["n leaves it", ["x", "n", "y"], []],
  ["Enter is no answer", ["x", "enter"], []],
  ["restart asks too", ["r", "y"], ["restart"]],
  ["what is stopped is started at once", ["end", "r"], ["start"]],
  ["and is not stopped again", ["end", "x", "y"], []],
  ["q leaves", ["q"], ["quit"]],
  ["q closes a question", ["x", "q"], []],
  ["a filter takes every character", ["/", "q", "x"], []],
])("%s", (_, keys, effects) => expect(press(showing(), ...keys).effects).toEqual([...effects]));

test("the filter looks at names, states and commands; the selection follows its instance", () => {
  const state = press(showing(), "end", "home", "j", "/", ..."web".split(""), "enter").state;
  expect(ids(state)).toEqual([0, 1]);
  expect(state.selected).toBe("1");
  expect(ids(press(showing(), "/", ..."waiting".split("")).state)).toEqual([2]);
});

test("a state is said in words, with the last exit and the last error lines, which move no cursor", () => {
  const shown = text(press(showing(), "home", "j", "j").state);
  expect(shown).toContain("it has ended, and starts again in 3 s");
  expect(shown).toContain("ended by itself with code 3");
  expect(shown).toContain("Error: no");
  expect(shown).not.toContain("\u001B[2J");
});

test("an action is shown until it is done, then what came of it, for a while", () => {
  if (effect === null) throw new Error("there is no row");
  const begun = withBegun(showing(), effect, AT);
  expect(text(begun)).toContain("stopping web 0 …");
  const done = withReply(begun, effect, { failures: [] }, AT);
  expect(text(done)).toContain("web 0 is stopped");
  expect(text(done)).not.toContain("stopping web 0");
  expect(text(withSeen(done, document({ at: AT + 60_000 })))).not.toContain("web 0 is stopped");
});
