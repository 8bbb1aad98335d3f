/** Server-sent events, as an answer. */

export const EVENT_STREAM = { "content-type": "text/event-stream", "cache-control": "no-store" } as const;

/** The next frame is asked for when the reader has taken the one before. What many read is encoded once, by who makes it. */
export function streamOf(frames: AsyncGenerator<string | Uint8Array, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
      },
      cancel: async () => void (await frames.return()),
    },
    { highWaterMark: 0 },
  );
}

/** JSON has lines only between its words, and a frame ends with an empty one. */
export const frameOf = (event: string, json: string): string =>
  `event: ${event}\ndata: ${json.replaceAll("\n", "")}\n\n`;
