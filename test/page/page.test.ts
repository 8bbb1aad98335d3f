/** The page in the system's Chromium: as it looks to everybody (axe), what it makes of hostile names, of 500 processes, of a server that is gone. */
import { afterAll, beforeAll, expect } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { buildPage } from "../../build/page.ts";
import { violationsOn } from "../support/browser/axe.ts";
import { launchBrowser } from "../support/browser/browser.ts";
import { openScene, type Scene } from "../support/browser/scene.ts";
import { problem } from "../support/browser/stand-in.ts";
import { HOSTILE, worldOf } from "../support/browser/world.ts";
import { needs } from "../support/skip.ts";

const inBrowser = needs("chromium");
let browser: Browser;
/** A new page costs a second of a processor: the next scene is another origin, and so another page to the browser. */
let shared: Opened;
beforeAll(async () => {
  await buildPage();
  browser = await launchBrowser();
  shared = await newPage();
});
afterAll(() => browser.close());

interface Opened {
  readonly page: Page;
  /** What the browser has complained about: errors, and what the policy forbade. */
  readonly complaints: string[];
}

async function newPage(): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 860 } });
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("Failed to load resource"))
      complaints.push(message.text());
  });
  return { page, complaints };
}

async function open({ entry }: Pick<Scene, "entry">, opened = shared): Promise<Opened> {
  opened.complaints.length = 0;
  await opened.page.setViewportSize({ width: 1_280, height: 860 });
  await opened.page.emulateMedia({ colorScheme: "light" });
  // a port may come back, and an address that differs behind its # is no other page
  await opened.page.goto("about:blank");
  await opened.page.goto(entry);
  return opened;
}

async function openLive(scene: Scene, opened = shared): Promise<Opened> {
  await open(scene, opened);
  await opened.page.getByText("Live", { exact: true }).waitFor();
  return opened;
}

const go = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.waitForSelector("main:not(:has([aria-busy=true]))");
};

inBrowser("every view is for everybody: axe finds nothing, wide and light, narrow and dark", async () => {
  using scene = openScene();
  const process = `#/process/${scene.idOf(48_211)}`;
  const views = [
    "#/",
    "#/processes",
    process,
    "#/process/1-1",
    "#/history",
    "#/apps",
    "#/runtime",
    "#/tests",
    "#/config",
  ];
  const { page, complaints } = await openLive(scene);
  scene.tick();
  for (const view of views) {
    await go(page, view);
    for (const [colorScheme, width] of [
      ["light", 1_280],
      ["dark", 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      expect({ view, width, found: await violationsOn(page) }).toEqual({ view, width, found: [] });
      // nothing has to be scrolled to the side
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }
  }
  expect(complaints).toEqual([]);
});

inBrowser("the token leaves the address, is kept for this tab, and its absence is explained", async () => {
  using scene = openScene();
  // what it is told to run first, it runs for ever
  const own = await newPage();
  const { page, complaints } = await openLive(scene, own);
  expect(page.url()).toBe(`${scene.address}#/`);
  await page.reload();
  await page.getByText("Live", { exact: true }).waitFor();
  // all cookies are blocked
  await page.addInitScript(`
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, name, { get: () => { throw new DOMException("blocked", "SecurityError"); } });
  `);
  await page.goto("about:blank");
  await page.goto(scene.entry);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Auto/u }).click();
  expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
  expect(complaints).toEqual([]);
  await page.close();
  const refused = (await open({ entry: `${scene.address}#token=wrong` })).page;
  await refused.getByText("No access", { exact: true }).waitFor();
  expect(await refused.locator(".banner").textContent()).toContain("bun-watchdog dashboard");
  // the right address, opened in the same tab
  await refused.goto(scene.entry);
  await refused.getByText("Live", { exact: true }).waitFor();
});

inBrowser("a name is text, whatever is in it", async () => {
  using scene = openScene({ programs: HOSTILE });
  const { page, complaints } = await openLive(scene);
  for (const view of ["#/", "#/processes", ...HOSTILE.map(({ pid }) => `#/process/${scene.idOf(pid)}`)]) {
    await go(page, view);
    await page.locator(".job .command, .rows .command, h1 bdi:visible").first().waitFor();
    expect(
      await page.evaluate(
        "[document.images.length, document.querySelectorAll('script').length, document.querySelectorAll('main b, main style').length]",
      ),
    ).toEqual([0, 1, 0]);
    // no control of the terminal, and none that turns the line around
    expect(
      await page.evaluate("/[\\u001b\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)"),
    ).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  }
  await go(page, "#/processes");
  expect(await page.getByRole("link", { name: "<img src=x onerror=" }).count()).toBe(1);
  expect(complaints).toEqual([]);
});

inBrowser(
  "of 500 processes those that can be seen are in the page, and only what changes is touched",
  async () => {
    using scene = openScene({ more: 490 });
    const { page } = await openLive(scene);
    await go(page, "#/processes");
    await page.getByText("500 processes").waitFor();
    const rows = page.locator(".rows .row");
    expect(await rows.count()).toBeLessThan(60);
    expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("501");
    await page.evaluate(`
    globalThis.touched = [];
    new MutationObserver((all) => touched.push(...all.map(({ target }) => target.className)))
      .observe(document.querySelector(".rows"), { subtree: true, childList: true, characterData: true, attributes: true });
  `);
    const status = scene.status();
    const [first] = status.processes;
    if (first === undefined) throw new Error("the scene is empty");
    const later = { ...first, cpuPercent: 95, memoryBytes: 7 * 1_024 ** 2 };
    scene.tell("status", { ...status, processes: [later, ...status.processes.slice(1)] });
    await page.locator(".rows .row").getByText("7 MB", { exact: true }).waitFor();
    // two cells; the order of the rows stays, for it is by verdict
    expect(await page.evaluate<string[]>("touched")).toEqual(["cell number cpu", "cell number memory"]);
    await page.locator(".rows").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(page.url()).toContain("#/process/");
  },
);

inBrowser("keys: a view, a filter, a process, and back to what can be seen", async () => {
  using scene = openScene();
  const { page } = await openLive(scene);
  await page.keyboard.press("2");
  await page.getByRole("grid").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("thumbnails");
  await page.getByText("1 of 10").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".rows").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "bun src/worker/thumbnails.ts" }).waitFor();
  await page.keyboard.press("2");
  // as it was left
  await page.getByText("1 of 10").waitFor();
  await page.getByLabel("Tree").check();
  await page.keyboard.press("/");
  await page.keyboard.type(" no such");
  await page.getByRole("button", { name: "Show all 10" }).click();
  await page.getByText("10 processes").waitFor();
  expect(await page.getByLabel("Tree").isChecked()).toBe(false);
  expect(await page.locator("input.filter").inputValue()).toBe("");
});

inBrowser("a stop shows what goes with it; who cancels stops nothing; a refusal is said", async () => {
  const victim = {
    pid: 47_930,
    startTimeMs: 0,
    command: "bun run dev",
    rule: "manual",
    evidence: "somebody asked for it",
    signal: "SIGTERM",
    targets: [47_930, 47_934, 47_951],
  };
  let isStale = false;
  using scene = openScene({
    answers: {
      "POST /api/processes/[^/]+/stop": () =>
        isStale
          ? problem(409, "Process 47930 is not the one that was shown.")
          : { plan: [victim], refused: [], outcomes: [], survivors: 0, planId: "p1" },
    },
  });
  const { page } = await openLive(scene);
  await go(page, `#/process/${scene.idOf(47_930)}`);
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Stop …" }).click();
  await dialog.getByText("bun src/worker/thumbnails.ts").waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(scene.asked.filter((each) => each.startsWith("POST"))).toEqual([
    `POST /api/processes/${scene.idOf(47_930)}/stop {}`,
  ]);
  isStale = true;
  await page.getByRole("button", { name: "Stop …" }).click();
  await dialog.getByText("Nothing was stopped.").waitFor();
  await dialog.getByText("is not the one that was shown").waitFor();
});

inBrowser("a page whose server is gone says so, and goes on by itself when it is back", async () => {
  using scene = openScene();
  const { page } = await openLive(scene);
  scene.drop();
  await page.getByText("Stale", { exact: true }).waitFor();
  expect(await page.locator(".banner").textContent()).toMatch(/^What is shown was true at \d\d:\d\d:\d\d\. /);
  expect(await page.locator("body").getAttribute("data-stale")).toBe("true");
  scene.recover();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".banner").isHidden()).toBe(true);
});

inBrowser("where there is nothing, it is said what to do", async () => {
  const empty = { ...worldOf({ startMs: Date.now(), programs: [] })(0), monitor: null };
  using scene = openScene({
    whole: { status: empty, apps: { schemaVersion: 1, at: 0, manager: null, apps: [], failures: [] } },
    answers: { "GET /api/history": () => ({ kills: [] }), "GET /api/runtime": () => ({ programs: [] }) },
  });
  const { page } = await open(scene);
  await page.getByText("No monitor", { exact: true }).waitFor();
  for (const [view, next] of [
    ["#/", "bun run dev"],
    ["#/processes", "bun run dev"],
    ["#/apps", "bunctl start server.ts --name api"],
    ["#/runtime", "registerWithWatchdog"],
  ] as const) {
    await go(page, view);
    await page.locator("pre", { hasText: next }).first().waitFor();
  }
});
