/** One reserve for all apps: each has one of its own where a process looks after one job, and fifty of them would be 500 descriptors. */
import type { Reserve } from "../ports/reserve.ts";

/** The end of an app takes less. */
const RETAKEN_AFTER_MS = 1_000;

/** Held while any app runs. Whoever ends one has it free, and it is taken again a moment later. */
export function sharedReserve(reserve: Reserve): Reserve {
  let holders = 0;
  let held: Disposable | null = null;
  const free = (): void => {
    held?.[Symbol.dispose]();
    held = null;
  };
  const take = (): void => {
    if (holders > 0) held ??= reserve.hold();
  };
  return {
    require: () => {
      free();
      try {
        reserve.require();
      } finally {
        take();
      }
    },
    hold: () => {
      holders++;
      take();
      return {
        [Symbol.dispose]: () => {
          holders--;
          free();
          if (holders > 0) setTimeout(take, RETAKEN_AFTER_MS).unref();
        },
      };
    },
  };
}
