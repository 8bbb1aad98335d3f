/** Alerts to a program of the user's: JSON on its standard input, the text in its environment. No shell. */
import type { Alert, AlertPlace } from "../../core/plan/alert.ts";
import { refused, retry, type ChannelAnswer } from "../decide/answer.ts";
import { commandPayload, plainText } from "../decide/payload.ts";
import { codeOf } from "../../text/system-error.ts";
import { DELIVERY_MS, type Channel } from "./channel.ts";

interface CommandOptions {
  /** Not empty. */
  readonly argv: readonly string[];
  readonly title: string;
  readonly place: AlertPlace;
  /** The pids under way: the watchdog must not stop its own messenger half-way. */
  readonly alertPids: Set<number>;
  readonly deliveryMs?: number;
}

/** Exit code 0 is a delivery. A program that fails every time is broken, not busy. */
const MOST_ATTEMPTS = 5;

/** Its output goes nowhere. After `deliveryMs` it gets SIGKILL, as it does when the delivery is interrupted. */
export function openCommand({ deliveryMs = DELIVERY_MS, ...options }: CommandOptions): Channel {
  return {
    name: "command",
    title: options.title,
    mostAttempts: MOST_ATTEMPTS,
    deliver: async (alert, signal) => {
      try {
        return await run(alert, options, AbortSignal.any([signal, AbortSignal.timeout(deliveryMs)]));
      } catch (error) {
        const code = codeOf(error);
        if (code === null) throw error;
        return code === "EAGAIN" || code === "ENOMEM"
          ? retry(`it cannot be started now (${code})`)
          : refused(`it cannot be started (${code}): correct alerts.command`);
      }
    },
  };
}

async function run(
  alert: Alert,
  { argv, place, alertPids }: CommandOptions,
  within: AbortSignal,
): Promise<ChannelAnswer> {
  const child = Bun.spawn([...argv], {
    stdin: Buffer.from(`${JSON.stringify(commandPayload(alert, place))}\n`),
    stdout: "ignore",
    stderr: "ignore",
    env: {
      ...process.env,
      BUN_WATCHDOG_ALERT_REASON: alert.reason,
      BUN_WATCHDOG_ALERT_TEXT: plainText(alert, place),
    },
  });
  alertPids.add(child.pid);
  const kill = (): void => child.kill("SIGKILL");
  within.addEventListener("abort", kill, { once: true });
  if (within.aborted) kill();
  try {
    const code = await child.exited;
    if (child.signalCode === null) return code === 0 ? { result: "sent" } : retry(`it ended with ${code}`);
    return retry(within.aborted ? "it did not end in time" : `it was ended by ${child.signalCode}`);
  } finally {
    within.removeEventListener("abort", kill);
    alertPids.delete(child.pid);
  }
}
