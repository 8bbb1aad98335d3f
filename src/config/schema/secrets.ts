/** Settings that are secrets, as they may be shown. */
import { MASK, maskSecrets } from "../../text/mask.ts";
import type { Settings } from "./settings.ts";

/** Everybody who knows the path of a webhook can post there: `https://hooks.slack.com/…`. */
export const maskedAddress = (address: string): string =>
  URL.canParse(address) ? `${new URL(address).origin}/…` : MASK;

const SECRET_KEYS: ReadonlySet<string> = new Set(["alerts.webhook"]);

export const isSecret = (path: readonly (string | number)[]): boolean => SECRET_KEYS.has(path.join("."));

export const shownSettings = (settings: Settings): Settings => ({
  ...settings,
  alerts: {
    ...settings.alerts,
    webhook: settings.alerts.webhook === null ? null : maskedAddress(settings.alerts.webhook),
    command: maskSecrets(settings.alerts.command),
  },
});

/** What follows the host of an address, and whatever stands where a webhook's address should. */
const SECRETS = [
  /(?<=https?:\/\/)[^\s"'/@]{1,512}@/giu,
  /(?<=https?:\/\/[^\s"'/]{1,255}\/)[^\s"',}]+/giu,
  /(?<=webhook["']?\s{0,8}[:=]\s{0,8}["']?)(?!https?:|null)[^\s"',}]+/giu,
] as const;

/** A line of a configuration file with its secrets as asterisks, of the same length: marks below it stay right. */
export const maskedLine = (line: string): string =>
  SECRETS.reduce((text, secret) => text.replace(secret, (found) => found.replace(/./gsu, "*")), line);
