/** One alert is one delivery, however many processes have it in their outbox. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OutboxEntry, openOutbox, type Outbox } from "../../../src/alert/deliver/outbox.ts";

import { waitingEntry } from "../../support/outbox.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-outbox-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (): Outbox => openOutbox(join(directory, "outbox"), () => undefined);
const NOW_MS = Date.now();
const waiting = waitingEntry(NOW_MS);
const begun: OutboxEntry = { ...waiting, attempts: 1, nextMs: NOW_MS + 20_000 };

test("the first to begin has it; whoever comes then waits until that attempt is over", () => {
  const [first, second] = [open(), open()];
  first.save(waiting);
  expect(first.claim(waiting, begun, NOW_MS)).toBe("ours");
  expect(second.claim(waiting, begun, NOW_MS)).toBe(begun.nextMs);
});

test("what another process has delivered is done", () => {
  const [first, second] = [open(), open()];
  first.save({ ...begun, deliveredMs: NOW_MS });
  expect(second.claim(waiting, begun, NOW_MS)).toBe("done");
});

test("an attempt that is over without an answer is nobody's: the next one has it", () => {
  const [first, second] = [open(), open()];
  first.save({ ...begun, nextMs: NOW_MS - 1 });
  expect(second.claim(waiting, begun, NOW_MS)).toBe("ours");
});
