import { describe, expect, test } from "bun:test";
import { formatDuration, parseDuration } from "../../../src/text/duration.ts";

describe("parseDuration", () => {
  test.each([
    ["60s", 60_000],
    ["5m", 300_000],
    ["1500ms", 1_500],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    ["30", 30_000],
  ])("%s is %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(["", "s", "-5s", "5 minutes", "1e3", "NaN"])("%p is refused with what is allowed", (text) =>
    expect(() => parseDuration(text)).toThrow("is not a duration. Write 30s"),
  );
});

describe("formatDuration", () => {
  test.each([
    [-1, "?"],
    [0, "0.0s"],
    [950, "0.9s"],
    [9_999, "9.9s"],
    [10_000, "10s"],
    [61_000, "1m01s"],
    [3_600_000, "1h00m"],
    [200_000_000, "2d07h"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});
