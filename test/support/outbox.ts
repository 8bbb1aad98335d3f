/** What a project's outbox says, as `alerts status --json` tells it. */
import type { OutboxEntry } from "../../src/alert/deliver/outbox.ts";
import { testAlert } from "../../src/core/plan/alert.ts";
import * as v from "valibot";
import { runCli, type Project } from "./launch.ts";

const time = v.nullable(v.pipe(v.string(), v.isoTimestamp()));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const status = v.strictObject({
  schemaVersion: v.literal(1),
  channels: v.array(
    v.strictObject({
      channel: v.picklist(["webhook", "command"]),
      title: v.nullable(v.string()),
      waiting: count,
      nextAt: time,
      attempts: count,
      lastAnswer: v.nullable(v.string()),
      delivered: count,
      lastDeliveredAt: time,
      failed: count,
      lastFailedAt: time,
      lastFailure: v.nullable(v.string()),
    }),
  ),
});
export type Standing = v.InferOutput<typeof status>["channels"][number];

/** The documented JSON, strictly. @throws ValiError, and when the command says anything else. */
export async function standings(project: Project): Promise<readonly Standing[]> {
  const { exitCode, stdout, stderr } = await runCli(["alerts", "status", "--json"], project);
  if (exitCode !== 0 || stderr !== "") throw new Error(`alerts status: ${exitCode} ${stderr}`);
  return v.parse(status, JSON.parse(stdout)).channels;
}

/** A test alert that is due and was not tried yet. */
export const waitingEntry = (nowMs: number): OutboxEntry => ({
  channel: "webhook",
  alert: testAlert(nowMs),
  dueMs: nowMs,
  attempts: 0,
  nextMs: nowMs,
  deliveredMs: null,
  failedMs: null,
  lastAnswer: null,
});
