import { describe, expect, test } from "bun:test";
import { parseSince } from "../../../src/text/duration.ts";

const NOW_MS = Date.UTC(2026, 10, 26, 12);

describe("parseSince", () => {
  test.each([
    ["7d", NOW_MS - 7 * 86_400_000],
    ["90m", NOW_MS - 5_400_000],
    ["1.5h", NOW_MS - 5_400_000],
    ["0s", NOW_MS],
    ["2026-11-20", new Date(2026, 10, 20).getTime()],
    ["2026-11-20T14:30", new Date(2026, 10, 20, 14, 30).getTime()],
    ["2026-11-20 14:30:15", new Date(2026, 10, 20, 14, 30, 15).getTime()],
    ["2026-11-20T14:30:15.250Z", Date.UTC(2026, 10, 20, 14, 30, 15, 250)],
    ["2026-11-20T14:30+02:00", Date.UTC(2026, 10, 20, 12, 30)],
    [" 7d ", NOW_MS - 7 * 86_400_000],
  ])("%p", (text, atMs) => expect(parseSince(text, NOW_MS)).toBe(atMs));

  test.each([
    "",
    "yesterday",
    "7",
    "-7d",
    "7 days",
    "2026-13-01",
    "2026-11-20T25:00",
    "20.11.2026",
    "1e9",
    "Z",
  ])("%p is refused with what is allowed", (text) =>
    expect(() => parseSince(text, NOW_MS)).toThrow("Write how long ago (30m, 12h, 7d) or a date"),
  );
});
