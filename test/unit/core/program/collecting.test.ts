/** When an automatic collection is made: over a threshold, and never again and again for nothing. */
import { expect, test } from "bun:test";
import { afterCollection, firstCourse, lookAtHeap } from "../../../../src/core/program/collecting.ts";

const THRESHOLD = 100;

type Heap = readonly [seen: number, afterCollection: number];

/** Which looks collect. */
function play(heaps: readonly Heap[]): readonly number[] {
  let course = firstCourse(THRESHOLD);
  return heaps.flatMap(([seen, left], at) => {
    const look = lookAtHeap(course, THRESHOLD, seen);
    course = look.course;
    if (!look.collect) return [];
    course = afterCollection(course, THRESHOLD, seen, left);
    return [at];
  });
}
const same = (heap: Heap, count: number): readonly Heap[] => Array.from({ length: count }, () => heap);

const COURSES: readonly (readonly [name: string, heaps: readonly Heap[], collections: readonly number[]])[] =
  [
    ["a heap at the threshold is not over it", same([100, 10], 5), []],
    ["garbage over the threshold is collected each time", same([120, 20], 4), [0, 1, 2, 3]],
    ["live data over the threshold are looked through once", same([400, 400], 1_000), [0]],
    [
      "live data that grow are looked through each time they have grown by half, if the last time was of use",
      [
        [200, 120],
        [170, 120],
        [181, 120],
        [150, 120],
      ],
      [0, 2],
    ],
    [
      "live data that have gone lower the level again",
      [
        [400, 300],
        [60, 0],
        [120, 20],
        [120, 20],
      ],
      [0, 2, 3],
    ],
    [
      "what is left just below the threshold is no reason for a collection at each look",
      [
        [120, 90],
        [110, 90],
        [130, 90],
        [136, 90],
      ],
      [0, 3],
    ],
    [
      "after useless collections the pause doubles, although the heap comes and goes",
      Array.from({ length: 40 }, (_, at): Heap => (at % 2 === 0 ? [200, 200] : [50, 50])),
      [0, 2, 6, 12, 22],
    ],
  ];

test.each([...COURSES])("%s", (_, heaps, collections) => {
  expect(play(heaps)).toEqual(collections);
});

test("a collection that is of use ends the pause", () => {
  const paused = afterCollection(firstCourse(THRESHOLD), THRESHOLD, 200, 200);
  expect(paused).toEqual({ levelBytes: 300, pause: 1, waiting: 1 });
  expect(afterCollection(paused, THRESHOLD, 400, 40)).toEqual({ levelBytes: 100, pause: 0, waiting: 0 });
});

test("no pause is longer than 60 looks", () => {
  let course = firstCourse(THRESHOLD);
  for (let at = 0; at < 20; at++) course = afterCollection(course, THRESHOLD, 200, 210);
  expect(course.pause).toBe(60);
});
