/** How the alerts of each channel stand. */
import type { ChannelName } from "./deliver/channel.ts";
import { type OutboxEntry, isPending } from "./deliver/outbox.ts";
import { formatDate, formatDuration } from "../text/duration.ts";
import { bold, plural, red, yellow } from "../text/style.ts";

type ChannelStanding = ReturnType<typeof channelStanding>;

/** ISO, as in all JSON; null = nothing waits, arrived, failed. */
const iso = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

/** `title`: without secrets; null = not configured any more. `entries`: those of the channel, oldest first. */
export function channelStanding(channel: ChannelName, title: string | null, entries: readonly OutboxEntry[]) {
  const waiting = entries.filter(isPending);
  const delivered = entries.filter(({ deliveredMs }) => deliveredMs !== null);
  const failed = entries.filter(({ failedMs }) => failedMs !== null);
  // one that failed holds up the others, until it is tried again
  const tried = waiting
    .filter(({ lastAnswer }) => lastAnswer !== null)
    .toSorted((a, b) => b.nextMs - a.nextMs)[0];
  const next = tried ?? waiting.toSorted((a, b) => a.nextMs - b.nextMs)[0];
  return {
    channel,
    title,
    waiting: waiting.length,
    nextAt: iso(next?.nextMs),
    attempts: next?.attempts ?? 0,
    lastAnswer: tried?.lastAnswer ?? null,
    delivered: delivered.length,
    lastDeliveredAt: iso(delivered.at(-1)?.deliveredMs),
    failed: failed.length,
    lastFailedAt: iso(failed.at(-1)?.failedMs),
    lastFailure: failed.at(-1)?.lastAnswer ?? null,
  };
}

const date = (at: string): string => formatDate(Date.parse(at));

function waitingLine(
  { waiting, nextAt, attempts, lastAnswer, title }: ChannelStanding,
  nowMs: number,
): string {
  if (waiting === 0 || nextAt === null) return "nothing waits";
  if (title === null) return yellow(`${plural(waiting, "alert")} waiting until it is configured again`);
  const inMs = Date.parse(nextAt) - nowMs;
  const when = inMs > 0 ? `next in ${formatDuration(inMs)}` : "due when a monitor runs";
  const tried = attempts === 0 ? "" : `, tried ${plural(attempts, "time")}: ${lastAnswer ?? "no answer yet"}`;
  return yellow(`${plural(waiting, "alert")} waiting, ${when}${tried}`);
}

export function renderAlerts(standings: readonly ChannelStanding[], nowMs: number): string {
  return standings
    .flatMap((each) => [
      `${bold(each.channel)}  ${each.title ?? "not configured any more"}`,
      `  ${waitingLine(each, nowMs)}`,
      each.lastDeliveredAt === null
        ? "  none delivered in the last week"
        : `  ${each.delivered} delivered in the last week, the last ${date(each.lastDeliveredAt)}`,
      ...(each.lastFailedAt === null
        ? []
        : [
            red(
              `  ${each.failed} not delivered, the last ${date(each.lastFailedAt)}: ${each.lastFailure ?? "?"}`,
            ),
          ]),
    ])
    .join("\n");
}
