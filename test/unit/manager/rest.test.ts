/** A manager gives back what its work has left, once at the beginning of a rest, and is not woken after that. */
import { afterEach, beforeEach, expect, jest, spyOn, test } from "bun:test";
import { Rest } from "../../../src/manager/daemon/rest.ts";

const collect = spyOn(Bun, "gc");

beforeEach(() => {
  jest.useFakeTimers();
  collect.mockReset();
});
afterEach(() => {
  jest.useRealTimers();
});

test("work that goes on is no rest, and a rest has one beginning", () => {
  using rest = new Rest();
  for (let event = 0; event < 20; event++) {
    rest.after();
    jest.advanceTimersByTime(1_000);
  }
  expect(collect).not.toHaveBeenCalled();
  jest.advanceTimersByTime(10_000);

  expect(collect).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(3_600_000);
  expect(collect).toHaveBeenCalledTimes(1);
});

test("whoever ends does nothing later", () => {
  const rest = new Rest();
  rest.after();
  rest[Symbol.dispose]();
  expect(jest.getTimerCount()).toBe(0);
});
