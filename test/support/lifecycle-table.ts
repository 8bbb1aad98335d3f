/** The lifecycle's table as Markdown, for docs/bunctl.md. Run this file to write it there. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  LIFECYCLE,
  type AppEffect,
  type LifecycleEvent,
  type LivePhase,
  type Transition,
} from "../../src/core/app/lifecycle.ts";

export const EVENTS: readonly (readonly [LifecycleEvent, string])[] = [
  ["start", "`start` is asked for"],
  ["hold", "the same, and what it depends on is not ready"],
  ["stop", "`stop` is asked for"],
  ["restart", "`restart` is asked for"],
  ["remove", "`delete` is asked for"],
  ["ready", "it is ready"],
  ["late", "it was not ready in time"],
  ["again", "it has ended; the policy starts it at once"],
  ["later", "it has ended; the policy starts it after a wait"],
  ["slowly", "it has ended; its restarts are used up"],
  ["never", "it has ended; the policy leaves it"],
  ["due", "the wait is over, or what it depends on is ready"],
];

const EFFECTS: Readonly<Record<AppEffect, string>> = {
  spawn: "start a process",
  end: "end the process",
  wait: "wait",
  forget: "forget it",
};

export const PHASES: readonly LivePhase[] = [
  "held",
  "starting",
  "online",
  "waiting",
  "retrying",
  "ended",
  "stopped",
  "stopping",
  "restarting",
  "removing",
];

const cell = (phase: LivePhase, { to, effects }: Transition): string => {
  const does = effects.map((effect) => EFFECTS[effect]).join(", ");
  if (to === phase && does === "") return "–";
  return does === "" ? to : `${to}: ${does}`;
};

export function lifecycleTable(): string {
  const rows = EVENTS.map(([event, words]) =>
    [words].concat(PHASES.map((phase) => cell(phase, LIFECYCLE[phase][event]))),
  );
  const lines = [[" "].concat(PHASES), ["---"].concat(PHASES.map(() => "---")), ...rows];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

export const LIFECYCLE_PAGE = join(import.meta.dir, "../../docs/bunctl.md");
export const [BEGIN, END] = ["<!-- table:lifecycle:start -->", "<!-- table:lifecycle:end -->"] as const;

/** The page with the table of now. */
export function withTable(page: string): string {
  const [before, rest = ""] = page.split(BEGIN);
  return `${before}${BEGIN}\n\n${lifecycleTable()}\n\n${END}${rest.split(END)[1] ?? ""}`;
}

if (import.meta.main) writeFileSync(LIFECYCLE_PAGE, withTable(readFileSync(LIFECYCLE_PAGE, "utf8")));
