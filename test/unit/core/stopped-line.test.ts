import { expect, test } from "bun:test";
import { stoppedLine } from "../../../src/core/plan/remedy.ts";
import { aProcess } from "../../support/build.ts";

const manual = { rule: "manual", evidence: "a person asked for it" } as const;

test("says who, why and where, in one printable line", () => {
  const victim = aProcess({ pid: 7, command: "bun \u001b[2J\nx.ts", cwd: "/srv/a\nb" });
  expect(stoppedLine(victim, manual, "/srv/shop")).toBe(
    "bun-watchdog stopped bun \\x1b[2J\\nx.ts (pid 7): a person asked for it; project /srv/shop; see bun-watchdog logs",
  );
  expect(stoppedLine(victim, manual, null)).toContain("; it worked in /srv/a\\nb; see");
  expect(stoppedLine(victim, { rule: "timeout", evidence: "has run" }, null)).toContain("processTimeoutMs");
});
