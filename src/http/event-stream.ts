/** Server-sent events, as an answer. */

export const EVENT_STREAM = { "content-type": "text/event-stream", "cache-control": "no-store" } as const;

/** The next frame is asked for when the reader has taken the one before. */
export function streamOf(frames: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: async () => void (await frames.return()),
    },
    { highWaterMark: 0 },
  );
}

export const frameOf = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
