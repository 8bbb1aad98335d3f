import { expect, test } from "bun:test";
import type { SupervisorEvent } from "../../../src/ports/supervisor.ts";
import { SupervisorEvents } from "../../../src/supervisor/events.ts";

const event = (pid: number): SupervisorEvent => ({ type: "started", app: "app", pid });

test("who is slow loses the oldest, and is told how many; nobody else does", async () => {
  const events = new SupervisorEvents(3);
  const [slow, quick] = [events.listen(), events.listen()];
  const reader = quick[Symbol.asyncIterator]();
  for (let pid = 1; pid <= 5; pid++) {
    events.tell(event(pid));
    expect((await reader.next()).value).toEqual(event(pid));
  }
  events.close();
  const heard: SupervisorEvent[] = [];
  for await (const each of slow) heard.push(each);
  expect([heard, slow.dropped, quick.dropped]).toEqual([[3, 4, 5].map(event), 2, 0]);
});

test("1,024 are kept where nobody says how many", () => {
  const events = new SupervisorEvents();
  const stream = events.listen();
  for (let pid = 0; pid < 1_030; pid++) events.tell(event(pid));
  expect(stream.dropped).toBe(6);
});

test("who listens no more is told the end, and keeps nothing", async () => {
  const events = new SupervisorEvents();
  const stream = events.listen();
  const reading = stream[Symbol.asyncIterator]().next();
  stream[Symbol.dispose]();
  events.tell(event(1));
  expect((await reading).done).toBe(true);
  expect((await stream[Symbol.asyncIterator]().next()).done).toBe(true);
});

test("who listens after the end hears the end", async () => {
  const events = new SupervisorEvents();
  events.close();
  expect((await events.listen()[Symbol.asyncIterator]().next()).done).toBe(true);
});

test("who waits is woken by what comes", async () => {
  const events = new SupervisorEvents();
  using stream = events.listen();
  const reading = stream[Symbol.asyncIterator]().next();
  events.tell(event(7));
  expect((await reading).value).toEqual(event(7));
});

test.each([0, -1, 1.5, NaN])("a buffer of %p is refused", (size) => {
  expect(() => new SupervisorEvents(size)).toThrow(RangeError);
});
