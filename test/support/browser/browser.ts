/** The system's Chromium, without a window. It is asked for by its path: playwright-core brings none. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"] as const;

export const chromiumPath = (): string | null => PLACES.find((path) => existsSync(path)) ?? null;

/** As root there is no sandbox of its own; the tests are in a namespace, and the page is ours. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error("There is no Chromium. Install it: apt-get install chromium");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-extensions",
      "--no-first-run",
    ],
  });
}
