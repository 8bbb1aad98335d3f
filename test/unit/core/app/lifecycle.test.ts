import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PM2_STATUS, STATE_OF, type Phase } from "../../../../src/core/app/app-state.ts";
import {
  countsAsRestart,
  LIFECYCLE,
  transition,
  type LifecycleEvent,
} from "../../../../src/core/app/lifecycle.ts";
import { EVENTS, LIFECYCLE_PAGE, PHASES, withTable } from "../../../support/lifecycle-table.ts";

/** A process exists, or is being started. */
const WITH_PROCESS: ReadonlySet<Phase> = new Set([
  "starting",
  "online",
  "stopping",
  "restarting",
  "removing",
]);
const ENDS: ReadonlySet<LifecycleEvent> = new Set(["again", "later", "slowly", "never"]);

const pairs = PHASES.flatMap((phase) => EVENTS.map(([event]) => [phase, event] as const));

test("every phase has an entry for every event, and no other", () => {
  expect(Object.keys(LIFECYCLE).toSorted()).toEqual(PHASES.toSorted());
  for (const phase of PHASES)
    expect(Object.keys(LIFECYCLE[phase]).toSorted()).toEqual(EVENTS.map(([event]) => event).toSorted());
});

test("a process is started only where none exists, and ended only where one does", () => {
  for (const [phase, event] of pairs) {
    const { to, effects } = transition(phase, event);
    const hasProcess = WITH_PROCESS.has(phase) && !ENDS.has(event);
    if (effects.includes("spawn"))
      expect([phase, event, hasProcess, to]).toEqual([phase, event, false, "starting"]);
    if (effects.includes("end")) expect([phase, event, hasProcess]).toEqual([phase, event, true]);
    // whoever has a process keeps it, or is one that ends it
    if (hasProcess) expect([phase, event, WITH_PROCESS.has(to)]).toEqual([phase, event, true]);
    else
      expect([phase, event, !WITH_PROCESS.has(to) || effects.includes("spawn")]).toEqual([
        phase,
        event,
        true,
      ]);
  }
});

test("whatever a phase waits for comes: a wait is ended by its time, an end by the last process", () => {
  for (const [phase, event] of pairs) {
    const { to, effects } = transition(phase, event);
    if (to === "waiting" || to === "retrying") {
      expect(to === phase || effects.includes("wait")).toBe(true);
      expect(transition(to, "due")).toEqual({ to: "starting", effects: ["spawn"] });
    }
  }
  expect(transition("stopping", "never").to).toBe("stopped");
  expect(transition("restarting", "never")).toEqual({ to: "starting", effects: ["spawn"] });
  expect(transition("removing", "never")).toEqual({ to: "gone", effects: ["forget"] });
});

const after = (...events: LifecycleEvent[]): Phase => {
  let phase: Phase = "online";
  for (const event of events) phase = transition(phase, event).to;
  return phase;
};

test("what was asked for last holds, and who deletes has the last word", () => {
  expect(after("stop", "never")).toBe("stopped");
  expect(after("stop", "start", "never")).toBe("starting");
  expect(after("restart", "stop", "never")).toBe("stopped");
  expect(after("restart", "ready", "late", "due", "never")).toBe("starting");
  expect(after("remove", "start", "restart", "never")).toBe("gone");
  expect(after("remove", "never", "start")).toBe("gone");
  expect(after("never", "start")).toBe("starting");
});

test("nobody has stopped, or is forgotten, while a process that was replaced is on its way out", () => {
  for (const [phase, event] of pairs) {
    const { to, effects } = transition(phase, event, true);
    expect(["stopped", "gone"]).not.toContain(to === phase ? "" : to);
    if (transition(phase, event).to === "gone") expect([to, effects]).toEqual(["removing", ["end"]]);
  }
});

test("restarts are counted as PM2 counts them: its own, and those of who runs", () => {
  const counted = pairs.filter(([phase, event]) => {
    const { effects } = transition(phase, event);
    return effects.includes("spawn") && countsAsRestart(phase, event);
  });
  expect(counted.map(([phase, event]) => `${phase} ${event}`)).toEqual([
    "starting again",
    "online again",
    "waiting due",
    "retrying due",
    "restarting again",
    "restarting later",
    "restarting slowly",
    "restarting never",
  ]);
});

test("every phase has a word for people, and every word one of PM2's", () => {
  for (const phase of [...PHASES, "gone"] as const) expect(PM2_STATUS[STATE_OF[phase]]).toBeString();
});

test("the documents show this very table: bun run test/support/lifecycle-table.ts", () => {
  const page = readFileSync(LIFECYCLE_PAGE, "utf8");
  expect(withTable(page)).toBe(page);
});
