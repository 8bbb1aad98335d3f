/** `alerts test | status`: do alerts arrive, and what is on its way. */
import { testAlert } from "../../core/plan/alert.ts";
import type { ChannelAnswer } from "../../alert/decide/answer.ts";
import { systemClock } from "../../os/clock.ts";
import { type Channel, CHANNELS } from "../../alert/deliver/channel.ts";
import type { OutboxEntry } from "../../alert/deliver/outbox.ts";
import type { Loaded } from "../../config/load.ts";
import { channelsOf, outboxOf } from "../../alert/alerting.ts";
import { configuration } from "../../host/configuration.ts";
import { CommandError, UsageError } from "../../text/errors.ts";
import { statePath } from "../../host/state.ts";
import { renderAlerts, channelStanding } from "../../alert/text.ts";
import { whileSaying } from "../../render/progress.ts";
import { wrap } from "../../render/notes.ts";
import { green, lineWidth, red } from "../../text/style.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

const NONE =
  "No alert is configured. Set alerts.webhook or alerts.command in ~/.config/bun-watchdog/config.json (a project's file has no say in it), or BUN_WATCHDOG_ALERTS_WEBHOOK.";

const describe = ({ name, title }: Channel, answer: ChannelAnswer): string =>
  answer.result === "sent"
    ? `${green("ok")}      ${name} ${title}`
    : `${red("failed")}  ${name} ${title}: ${answer.why}`;

/** One alert through each channel, past the limits and the outbox. Exit 1 when one did not arrive. */
async function sendTestAlert(options: JsonFlags): Promise<number> {
  const channels = channelsOf(await configuration(options), { clock: systemClock, alertPids: new Set() });
  if (channels.length === 0) throw new UsageError(NONE);
  const alert = testAlert(systemClock.wallMs());
  const { signal } = new AbortController();
  const answers = await whileSaying("sending a test alert", () =>
    Promise.all(channels.map(async (channel) => ({ channel, answer: await channel.deliver(alert, signal) }))),
  );
  if (options.json === true) {
    const told = answers.map(({ channel: { name, title }, answer }) => ({ channel: name, title, ...answer }));
    console.log(JSON.stringify({ schemaVersion: 1, id: alert.id, channels: told }));
  } else for (const { channel, answer } of answers) console.log(describe(channel, answer));
  return answers.every(({ answer }) => answer.result === "sent") ? 0 : 1;
}

function entriesOf(loaded: Loaded, nowMs: number): readonly OutboxEntry[] {
  try {
    return outboxOf(loaded, (what) => console.error(`warning: ${what}`)).entries(nowMs);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CommandError(
      `The alerts kept in ${statePath(loaded, "outbox")} cannot be read: ${error.message}. It has to be a folder that this account may read and write.`,
      { cause: error },
    );
  }
}

async function alertsStatus(options: JsonFlags): Promise<number> {
  const loaded = await configuration(options);
  const configured = channelsOf(loaded, { clock: systemClock, alertPids: new Set() });
  const nowMs = systemClock.wallMs();
  const entries = entriesOf(loaded, nowMs);
  const standings = CHANNELS.flatMap((name) => {
    const title = configured.find((channel) => channel.name === name)?.title ?? null;
    const own = entries.filter(({ channel }) => channel === name);
    return title === null && own.length === 0 ? [] : [channelStanding(name, title, own)];
  });
  if (options.json === true) console.log(JSON.stringify({ schemaVersion: 1, channels: standings }));
  else
    console.log(standings.length === 0 ? wrap(NONE, lineWidth()).join("\n") : renderAlerts(standings, nowMs));
  return 0;
}

const OPTIONS = [...CONFIG_OPTIONS, JSON_OPTION];

export const alertsCommand: Declaration = {
  commands: {
    test: {
      summary: "send a test alert through each channel",
      options: OPTIONS,
      examples: [["alerts test", "does it arrive?"]],
      exitCodes: [
        ["0", "it arrived"],
        ["1", "it did not arrive through some channel"],
        ["2", "no channel is configured, or wrong arguments"],
      ],
      run: sendTestAlert,
    },
    status: {
      summary: "show what waits, what arrived, and what did not",
      options: OPTIONS,
      examples: [["alerts status --json", "for scripts"]],
      run: alertsStatus,
    },
  },
};
