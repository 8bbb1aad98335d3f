/** A webhook's address is a secret: whoever has it can post. */
import { expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { printConfig } from "../../../src/config/print.ts";
import { ConfigError } from "../../../src/config/schema/problem.ts";
import { maskedAddress, maskedLine, shownSettings } from "../../../src/config/schema/secrets.ts";
import { scratch } from "./scratch.ts";

const KIRO = ".kiro/bun-process-config.json";
const USER = ".config/bun-watchdog/config.json";
const SECRET = "T0SECRET";
const ADDRESS = `https://hooks.slack.com/services/${SECRET}/B0/x`;
const load = (cwd: string, env: Record<string, string> = {}) =>
  loadConfig({ cwd, env, uid: null, home: cwd });

test.each([
  [ADDRESS, "https://hooks.slack.com/…"],
  [`https://me:${SECRET}@example.com:8443/a?b=${SECRET}`, "https://example.com:8443/…"],
  [`http://localhost/${SECRET}`, "http://localhost/…"],
  [SECRET, "***"],
])("%s is shown as %s", (address, shown) => expect(maskedAddress(address)).toBe(shown));

test.each([
  [`{"webhook": "${ADDRESS}", "x": 1}`],
  [`  webhook: ${ADDRESS}`],
  [`  "webhook" :"hooks.slack.com/services/${SECRET}"`],
  [`  webhook: ${SECRET}`],
  [`"webhok": "https://me:${SECRET}@example.com/a"`],
])("a line of a file, of the same length: %s", (line) => {
  const masked = maskedLine(line);
  expect(masked).not.toContain(SECRET);
  expect(masked).toHaveLength(line.length);
  expect(masked.replaceAll("*", "")).not.toBe("");
});

test("lines without a secret stay", () => {
  for (const line of ['{ "maxCpuUsagePercent": "80%" }', '"webhook": null', "see https://example.com"])
    expect(maskedLine(line)).toBe(line);
});

test("config print shows whose it is and not the address; saved and loaded it sets none", async () => {
  const home = scratch({ [USER]: { mode: "enforce", alerts: { webhook: ADDRESS } } });
  using at = home;
  const loaded = await load(at.root);
  expect(loaded.settings.alerts.webhook).toBe(ADDRESS);
  const text = printConfig(loaded);
  expect(text).toContain("https://hooks.slack.com/…");
  expect(text).not.toContain(SECRET);
  expect(JSON.stringify(shownSettings(loaded.settings))).not.toContain(SECRET);
  at.write(USER, text);
  expect((await load(at.root)).settings.alerts.webhook).toBeNull();
});

test("a command's secrets are not printed either", async () => {
  using at = scratch({
    [USER]: { alerts: { command: ["notify", "--token", SECRET] } },
  });
  const loaded = await load(at.root);
  expect(loaded.settings.alerts.command).toContain(SECRET);
  expect(printConfig(loaded)).not.toContain(SECRET);
  expect(JSON.stringify(shownSettings(loaded.settings))).not.toContain(SECRET);
});

const wrong = [
  `{"alerts": {"webhook": "hooks.slack.com/services/${SECRET}"}}`,
  `{"alerts": {"webhook": ["${ADDRESS}"]}}`,
  `{"maxCpuUsagePercent": "80%", "alerts": {"webhook": "${ADDRESS}"}}`,
  `{"alerts": {"webhok": "${ADDRESS}"}}`,
  `{"alerts": {"webhook": "${ADDRESS}"`,
  `{"webhook": "${ADDRESS}"}`,
];
const problemOf = async (loading: Promise<unknown>): Promise<ConfigError> => {
  const error = await loading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error("it is not refused");
  return error;
};

test.each(wrong)("no message about a broken file repeats it: %s", async (text) => {
  using at = scratch({ [KIRO]: text });
  const error = await problemOf(load(at.root));
  expect(`${error.message}\n${error.format()}\n${JSON.stringify(error.problems)}`).not.toContain(SECRET);
});

test("nor one about a variable", async () => {
  using at = scratch();
  const error = await problemOf(load(at.root, { BUN_WATCHDOG_ALERTS_WEBHOOK: `slack/${SECRET}` }));
  expect(error.format()).not.toContain(SECRET);
  expect(error.format()).toContain("BUN_WATCHDOG_ALERTS_WEBHOOK");
});
