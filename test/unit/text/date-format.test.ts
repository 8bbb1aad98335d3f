/** moment's letters, against what moment writes. Local time: the zone of the test is set first. */
import { expect, test } from "bun:test";
import { dateFormat } from "../../../src/text/date-format.ts";

process.env["TZ"] = "Asia/Kolkata";
/** A Saturday: 2026-11-28 21:05:09.047 +05:30 */
const EVENING = Date.UTC(2026, 10, 28, 15, 35, 9, 47);
/** A Friday: 2027-01-01 00:30 +05:30; of the last ISO week of the year before. */
const NEW_YEAR = Date.UTC(2026, 11, 31, 19, 0, 0, 0);

test.each([
  ["YYYY-MM-DD HH:mm:ss", "2026-11-28 21:05:09"],
  ["YYYY-MM-DDTHH:mm:ss.SSSZ", "2026-11-28T21:05:09.047+05:30"],
  ["YYYY-MM-DD HH:mm Z", "2026-11-28 21:05 +05:30"],
  ["DD/MM/YY hh:mm A ZZ", "28/11/26 09:05 PM +0530"],
  ["MMM Do, h:m:s a", "Nov 28th, 9:5:9 pm"],
  ["dddd ddd dd d E MMMM M D", "Saturday Sat Sa 6 6 November 11 28"],
  ["DDDD DDD Q Qo Mo WW W ww w GGGG", "332 332 4 4th 11th 48 48 48 48 2026"],
  ["X x S SS", "1795880109 1795880109047 0 04"],
  ["[YYYY] YYYY [at] H", "YYYY 2026 at 21"],
  ["LT LTS L LL", "9:05 PM 9:05:09 PM 11/28/2026 November 28, 2026"],
  ["LLLL", "Saturday, November 28, 2026 9:05 PM"],
  ["k kk | -- ü", "21 21 | -- ü"],
])("%s", (format, expected) => {
  expect(dateFormat(format)(EVENING)).toBe(expected);
});

test.each([
  ["YYYY-MM-DD hh:mm A H k", "2027-01-01 12:30 AM 0 24"],
  ["GGGG-[W]WW-E", "2026-W53-5"],
  ["w ww DDD DDDD Do", "1 01 1 001 1st"],
])("%s at new year", (format, expected) => {
  expect(dateFormat(format)(NEW_YEAR)).toBe(expected);
});

test.each([
  [1, "1st"],
  [2, "2nd"],
  [3, "3rd"],
  [4, "4th"],
  [11, "11th"],
  [12, "12th"],
  [13, "13th"],
  [21, "21st"],
  [23, "23rd"],
  [30, "30th"],
])("day %d", (day, expected) => {
  expect(dateFormat("Do")(new Date(2026, 0, day).getTime())).toBe(expected);
});
