/** The page as a person uses it: a real monitor, real runaways, the system's Chromium, and no reload. */
import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startRunaway } from "../newcomer/scaled.ts";
import { buildPage } from "../../src/http/page/build.ts";
import { launchBrowser } from "../support/browser/browser.ts";
import { startDashboard, type TestDashboard } from "../support/dashboard.ts";
import { repository, scratchProject, startMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";
import { needs } from "../support/skip.ts";

requireNamespace();

const inBrowser = needs("chromium");
const SPINNER = join(repository, "test/fixtures/zoo/z01-sync-loop.ts");
const project = scratchProject({
  mode: "enforce",
  scope: "project",
  cpuHoldMs: 3_000,
  monitoringIntervalMs: 300,
  processTimeoutMs: 3_600_000,
  maxConcurrentProcesses: 50,
  killGraceMs: 1_000,
});
let browser: Browser;
beforeAll(async () => {
  await buildPage();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  project[Symbol.dispose]();
});

async function open({ address, token }: TestDashboard): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 860 } });
  page.setDefaultTimeout(30_000);
  await page.goto(`${address}#token=${token}`);
  await page.getByText("Live", { exact: true }).waitFor();
  // gone with the first reload
  await page.evaluate("globalThis.isFirst = true");
  return page;
}

inBrowser(
  "a spinner appears, gets its verdict, dies, and stands in the history, without a reload",
  async () => {
    await using _ = await startMonitor(project);
    await using dashboard = await startDashboard(project);
    const page = await open(dashboard);
    await page.getByText("Nothing was stopped today.").waitFor();
    await using spinner = await startFixture([process.execPath, SPINNER]);
    await page.locator(".job", { hasText: "z01-sync-loop.ts" }).waitFor();
    await page.locator(".job .badge", { hasText: /^(suspect|runaway): cpu/u }).waitFor();
    const kill = page.locator(".kill", { hasText: "z01-sync-loop.ts" });
    await kill.getByText(/^dead after/u).waitFor();
    expect(await kill.textContent()).toContain(`pid ${spinner.root.pid} · cpu`);
    expect(isAlive(spinner.root)).toBe(false);
    await page.locator(".job", { hasText: "z01-sync-loop.ts" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "History" }).click();
    await page
      .locator(".kill", { hasText: "z01-sync-loop.ts" })
      .getByText(/^dead after/u)
      .waitFor();
    expect(await page.evaluate("isFirst")).toBe(true);
  },
);

inBrowser(
  "a stop shows its plan, and is carried out after a yes; a page that is stale stops nobody",
  async () => {
    await using _ = await startMonitor(project);
    await using dashboard = await startDashboard(project);
    const page = await open(dashboard);
    await using victim = await startRunaway("chosen");
    await using bystander = await startRunaway("bystander");
    const dialog = page.getByRole("dialog");
    await page.locator(".job", { hasText: "sleeper.ts chosen" }).getByRole("link").click();
    await page.getByRole("button", { name: "Stop …" }).click();
    await dialog.getByText("It is sent SIGTERM.").waitFor();
    expect(isAlive(victim.root)).toBe(true);
    await dialog.getByRole("button", { name: "Stop it" }).click();
    await dialog.getByText("Stopped.").waitFor();
    expect([isAlive(victim.root), isAlive(bystander.root)]).toEqual([false, true]);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByText("This process has ended.").waitFor();

    // shown, and then it ends while somebody thinks it over
    await using stale = await startRunaway("stale");
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await page.locator(".job", { hasText: "sleeper.ts stale" }).getByRole("link").click();
    await page.getByRole("button", { name: "Stop …" }).click();
    await dialog.getByText("It is sent SIGTERM.").waitFor();
    process.kill(stale.root.pid, "SIGKILL");
    expect(await until(() => !isAlive(stale.root))).toBe(true);
    await dialog.getByRole("button", { name: "Stop it" }).click();
    await dialog.getByText("Nothing was stopped.").waitFor();
    await dialog.getByText("The page showed what is not true any more.").waitFor();
    expect(isAlive(bystander.root)).toBe(true);
  },
);
