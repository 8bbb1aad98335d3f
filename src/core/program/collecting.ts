/** When a program has its garbage collected because its heap is large, and when that would be of no use. */

export interface CollectionCourse {
  /** A heap over this is collected. It is the threshold, or more where most of the heap is in use. */
  readonly levelBytes: number;
  /** How many looks pass by after a collection that was of no use; doubles with each one. */
  readonly pause: number;
  /** Looks that still pass by. */
  readonly waiting: number;
}

/** A collection goes over all that is in use, so the heap has to grow by a part of that before the next one. */
const GROWTH = 1.5;
/** A collection that frees a smaller share of the heap was of no use. */
const LEAST_SHARE = 0.1;
/** 10 minutes at the default of 10 s. */
const LONGEST_PAUSE = 60;

export const firstCourse = (thresholdBytes: number): CollectionCourse => ({
  levelBytes: thresholdBytes,
  pause: 0,
  waiting: 0,
});

/** One look at the heap. A level that was raised for live data comes down again when these have gone. */
export function lookAtHeap(
  course: CollectionCourse,
  thresholdBytes: number,
  heapBytes: number,
): { readonly collect: boolean; readonly course: CollectionCourse } {
  const levelBytes = Math.max(thresholdBytes, Math.min(course.levelBytes, heapBytes * GROWTH));
  const isOver = heapBytes > levelBytes;
  return {
    collect: isOver && course.waiting === 0,
    course: { ...course, levelBytes, waiting: Math.max(0, course.waiting - 1) },
  };
}

export function afterCollection(
  course: CollectionCourse,
  thresholdBytes: number,
  beforeBytes: number,
  afterBytes: number,
): CollectionCourse {
  const isUseful = beforeBytes - afterBytes >= beforeBytes * LEAST_SHARE;
  const pause = isUseful ? 0 : Math.min(LONGEST_PAUSE, Math.max(1, course.pause * 2));
  return { levelBytes: Math.max(thresholdBytes, afterBytes * GROWTH), pause, waiting: pause };
}
