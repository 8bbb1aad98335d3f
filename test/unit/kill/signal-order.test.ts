import { expect, test } from "bun:test";
import { childrenFirst, termOrder } from "../../../src/kill/signal-order.ts";
import { sample } from "../launch/samples.ts";

const chain = [sample(10, 1), sample(11, 10), sample(12, 11), sample(13, 10)];

test.each([
  ["a launcher that is there forwards to its script", [10], [10, 11, 12, 13], [10]],
  ["a launcher that is gone passes its signal to its children", [10], [11, 12, 13], [11, 13]],
  ["and to theirs, when they are gone too", [10], [12], [12]],
  ["nobody gets it twice", [10, 11], [11, 12, 13], [11, 13]],
  ["nobody is left", [10], [], []],
] as const)("%s", (_name, signalled, there, expected) => {
  const isThere = (pid: number): boolean => there.some((each) => each === pid);
  expect(termOrder(chain, signalled, isThere)).toEqual([...expected]);
});

test("a cycle of parents, which reused pids can make, ends", () => {
  expect(termOrder([sample(10, 11), sample(11, 10)], [10], () => false)).toEqual([]);
  const cycle = [sample(10, 11), sample(11, 10)].map((each) => ({ sample: each }));
  expect(childrenFirst(cycle)).toHaveLength(2);
});

test("children before their parents", () => {
  const order = childrenFirst(chain.map((each) => ({ sample: each }))).map(({ sample: { id } }) => id.pid);
  expect(order).toEqual([12, 11, 13, 10]);
});
