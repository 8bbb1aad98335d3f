import { expect, test } from "bun:test";
import { renderAlerts, channelStanding } from "../../../src/alert/text.ts";
import type { OutboxEntry } from "../../../src/alert/deliver/outbox.ts";
import { waitingEntry } from "../../support/outbox.ts";

const NOW_MS = 1_000_000;
const entry = (facts: Partial<OutboxEntry>): OutboxEntry => ({ ...waitingEntry(NOW_MS), ...facts });
const lines = (title: string | null, ...entries: readonly OutboxEntry[]): readonly string[] =>
  Bun.stripANSI(renderAlerts([channelStanding("webhook", title, entries)], NOW_MS)).split("\n");

test.each<[string, string | null, OutboxEntry[], string]>([
  ["nothing", "https://a/…", [], "  nothing waits"],
  ["due", "https://a/…", [entry({})], "  1 alert waiting, due when a monitor runs"],
  [
    "held up by one that failed",
    "https://a/…",
    [entry({ attempts: 3, nextMs: NOW_MS + 8_000, lastAnswer: "HTTP 500" }), entry({})],
    "  2 alerts waiting, next in 8.0s, tried 3 times: HTTP 500",
  ],
  ["not configured", null, [entry({})], "  1 alert waiting until it is configured again"],
])("what waits: %s", (_, title, entries, line) => expect(lines(title, ...entries)[1]).toBe(line));

test("what arrived and what did not", () => {
  const all = lines(
    "https://a/…",
    entry({ deliveredMs: NOW_MS }),
    entry({ failedMs: NOW_MS, lastAnswer: "HTTP 404: make a new one" }),
  );
  expect(all[0]).toBe("webhook  https://a/…");
  expect(all[2]).toStartWith("  1 delivered in the last week, the last ");
  expect(all[3]).toMatch(/^ {2}1 not delivered, the last .*: HTTP 404: make a new one$/);
});
