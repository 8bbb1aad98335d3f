/**
 * `bun run test/support/browser/capture.ts [folder]`: pictures of every view, light, dark and on a phone, for the guide. The machine
 * that they show never was (world.ts), so they are the same each time but for the clock.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { buildPage } from "../../../build/page.ts";
import { launchBrowser } from "./browser.ts";
import { openScene, type Scene } from "./scene.ts";

const FOLDER = resolve(import.meta.dir, "../../../docs/page");
const SECONDS = 70;
const SUSPECT_AFTER = 20;
/** Letters are still sharp, and no picture is over 60 KB. */
const QUALITY = 72;

interface View {
  readonly name: string;
  readonly hash: (scene: Scene) => string;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const VIEWS: readonly View[] = [
  { name: "overview", hash: () => "#/" },
  { name: "processes", hash: () => "#/processes" },
  {
    name: "tree",
    hash: () => "#/processes",
    act: async (page) => page.getByLabel("Tree").check(),
  },
  { name: "process", hash: ({ idOf }) => `#/process/${idOf(48_211)}` },
  { name: "history", hash: () => "#/history" },
  {
    name: "apps",
    hash: () => "#/apps",
    act: async (page) => page.getByRole("button", { name: "Log of api" }).click(),
  },
  {
    name: "runtime",
    hash: () => "#/runtime",
    act: async (page) => {
      await page.getByRole("button", { name: "Measure buffers" }).click();
      await page.getByRole("button", { name: "Call libc and libm" }).click();
      await page.getByText("getpid()").waitFor();
    },
  },
  { name: "tests", hash: () => "#/tests" },
  { name: "config", hash: () => "#/config" },
];

const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1_280, height: 860 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1_280, height: 860 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

async function capture(
  browser: Browser,
  scene: Scene,
  look: (typeof LOOKS)[number],
  folder: string,
): Promise<void> {
  const page = await browser.newPage({ ...look, reducedMotion: "reduce" });
  await page.goto(scene.entry);
  await page.getByText("Live", { exact: true }).waitFor();
  for (let second = 0; second < SECONDS; second++) {
    scene.tick();
    if (second === SUSPECT_AFTER) scene.suspect(48_211);
  }
  for (const { name, hash, act } of VIEWS) {
    await page.evaluate(`location.hash = ${JSON.stringify(hash(scene))}`);
    await page.waitForSelector("main:not(:has([aria-busy=true]))");
    await act?.(page);
    // what was clicked is not to be seen
    await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)");
    await page.waitForTimeout(250);
    await Bun.write(join(folder, `${name}-${look.name}.webp`), await picture(page));
  }
  await page.close();
}

/** WebP, which playwright does not write, and the browser does. */
async function picture(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  await session.detach();
  return Buffer.from(data, "base64");
}

async function main(folder: string): Promise<void> {
  await buildPage();
  mkdirSync(folder, { recursive: true });
  const browser = await launchBrowser();
  try {
    for (const look of LOOKS) {
      using scene = openScene();
      await capture(browser, scene, look, folder);
    }
  } finally {
    await browser.close();
  }
}

await main(process.argv[2] ?? FOLDER);
