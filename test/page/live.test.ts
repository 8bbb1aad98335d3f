/** docs/see-what-runs.md, line by line: a real monitor, real runaways, the system's Chromium, and no reload. */
import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startRunaway } from "../newcomer/scaled.ts";
import { buildPage } from "../../build/page.ts";
import { launchBrowser } from "../support/browser/browser.ts";
import { commandLines, readPage } from "../support/documents.ts";
import { cli, repository, runCli, scratchProject } from "../support/launch.ts";
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
const [detach = "", plain = "", atPort = ""] = commandLines(readPage("docs/see-what-runs.md"));
const argsOf = (line: string): readonly string[] => line.replace("9000", "0").split(" ").slice(1);

let browser: Browser;
let page: Page;
beforeAll(async () => {
  await buildPage();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1_280, height: 860 } });
  page.setDefaultTimeout(30_000);
  expect(await runCli(argsOf(detach), project)).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await browser.close();
  await runCli(["monitor", "--stop"], project);
  project[Symbol.dispose]();
});

interface Served extends AsyncDisposable {
  /** As it is printed, with the token behind its `#`. */
  readonly entry: string;
}

/** A line of the guide that goes on until somebody ends it. */
async function serve(line: string): Promise<Served> {
  const child = Bun.spawn([...cli, ...argsOf(line)], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`${line} printed no address and ended with ${await child.exited}: ${text}`);
    text += value;
    const entry = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/u.exec(text)?.[0];
    if (entry === undefined) continue;
    const end = async (): Promise<void> => {
      child.kill("SIGINT");
      await child.exited;
    };
    return { entry, [Symbol.asyncDispose]: end };
  }
}

async function open({ entry }: Served): Promise<void> {
  await page.goto(entry);
  await page.getByText("Live", { exact: true }).waitFor();
  // gone with the first reload
  await page.evaluate("globalThis.isFirst = true");
}

const A_SPINNER = "a spinner appears, gets its verdict, dies, and stands in the history, without a reload";
inBrowser(A_SPINNER, async () => {
  await using server = await serve(plain);
  await open(server);
  await page.getByText("Nothing was stopped today.").waitFor();
  await using spinner = await startFixture([process.execPath, SPINNER]);
  const its = (list: string) => page.locator(list, { hasText: "z01-sync-loop.ts" });
  await its(".job")
    .locator(".badge", { hasText: /^(suspect|runaway): cpu/u })
    .waitFor();
  await its(".kill")
    .getByText(/^dead after/u)
    .waitFor();
  expect(await its(".kill").textContent()).toContain(`pid ${spinner.root.pid} · cpu`);
  expect(isAlive(spinner.root)).toBe(false);
  await its(".job").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "History" }).click();
  await its(".kill")
    .getByText(/^dead after/u)
    .waitFor();
  expect(await page.evaluate("isFirst")).toBe(true);
});

const A_STOP = "a stop shows its plan, and is carried out after a yes; a page that is stale stops nobody";
inBrowser(A_STOP, async () => {
  await using server = await serve(atPort);
  await open(server);
  await using chosen = await startRunaway("chosen");
  await using bystander = await startRunaway("bystander");
  await using stale = await startRunaway("stale");
  const dialog = page.getByRole("dialog");
  const choose = async (name: string): Promise<void> => {
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await page
      .locator(".job", { hasText: `sleeper.ts ${name}` })
      .getByRole("link")
      .click();
    await page.getByRole("button", { name: "Stop …" }).click();
    await dialog.getByText("It is sent SIGTERM.").waitFor();
  };
  await choose("chosen");
  expect(isAlive(chosen.root)).toBe(true);
  await dialog.getByRole("button", { name: "Stop it" }).click();
  await dialog.getByText("Stopped.").waitFor();
  expect([isAlive(chosen.root), isAlive(bystander.root)]).toEqual([false, true]);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByText("This process has ended.").waitFor();

  // shown, and then it ends while somebody thinks it over
  await choose("stale");
  process.kill(stale.root.pid, "SIGKILL");
  expect(await until(() => !isAlive(stale.root))).toBe(true);
  await dialog.getByRole("button", { name: "Stop it" }).click();
  await dialog.getByText("Nothing was stopped.").waitFor();
  await dialog.getByText("The page showed what is not true any more.").waitFor();
  expect(isAlive(bystander.root)).toBe(true);
});
