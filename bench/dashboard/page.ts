/** A page in the system's Chromium, and what stands in its main thread's way. */
import { launchBrowser } from "../../test/support/browser/browser.ts";

/** A task is long from here on (https://w3c.github.io/longtasks/). */
export const LONG_MS = 50;

const LONGEST_LOAD_MS = 60_000;

export interface OpenPage extends AsyncDisposable {
  /** Lengths of its long tasks since it was asked last, ms. */
  readonly longTasks: () => Promise<readonly number[]>;
  /** To another of its views, which is there once this is. */
  readonly goTo: (hash: string, isUp: string) => Promise<void>;
}

/** Before the page's own code: no task is missed. */
const OBSERVE = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.longTasks.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });`;

export async function openPage(address: string, isUp: string): Promise<OpenPage> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.addInitScript(OBSERVE);
    await page.goto(address);
    await page.waitForSelector(isUp, { timeout: LONGEST_LOAD_MS });
    return {
      longTasks: () => page.evaluate<number[]>("globalThis.longTasks.splice(0)"),
      goTo: async (hash, selector) => {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.waitForSelector(selector, { timeout: LONGEST_LOAD_MS });
      },
      [Symbol.asyncDispose]: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
