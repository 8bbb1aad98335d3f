/** Events of a stream, however it is cut into pieces. */
import { expect, test } from "bun:test";
import { eventReader, type ServerEvent } from "../../../../src/http/page/connection/sse.ts";

const STREAM =
  ': hello\n\nevent: status\ndata: {"a":\ndata: 1}\n\nid: feed.1\n\nid: feed.2\r\nevent: event\r\ndata: x\r\n\r\ndata:y\n\n';
const EVENTS: readonly ServerEvent[] = [
  { type: "status", id: null, data: '{"a":\n1}' },
  { type: "message", id: "feed.1", data: "" },
  { type: "event", id: "feed.2", data: "x" },
  { type: "message", id: null, data: "y" },
];

test("in one piece", () => {
  expect(eventReader()(STREAM)).toEqual(EVENTS);
});

test("cut anywhere, in two and in single characters", () => {
  for (let at = 1; at < STREAM.length; at++) {
    const read = eventReader();
    expect([...read(STREAM.slice(0, at)), ...read(STREAM.slice(at))]).toEqual([...EVENTS]);
  }
  const read = eventReader();
  expect(STREAM.split("").flatMap((character) => read(character))).toEqual([...EVENTS]);
});

test("what has not ended is no event", () => {
  expect(eventReader()("event: status\ndata: {}\n")).toEqual([]);
});
