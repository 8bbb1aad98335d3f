/** Server-sent events, as an answer. */

const HEADERS = { "content-type": "text/event-stream", "cache-control": "no-store" } as const;

/** What many read is encoded once, by who makes it. */
export type FrameSource = AsyncGenerator<string | Uint8Array, void>;

export const isFrameSource = (answer: unknown): answer is FrameSource =>
  typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer && "next" in answer;

/** `told`: what the reader is told of a failure, with which the stream ends. */
export const eventStream = (frames: FrameSource, told: (error: unknown) => string): Response =>
  new Response(streamOf(frames, told), { headers: HEADERS });

/** Of one that has not begun, and does not. */
export const noEventStream = (): Response => new Response(null, { headers: HEADERS });

/** The next frame is asked for when the reader has taken the one before. */
function streamOf(frames: FrameSource, told: (error: unknown) => string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await frames.next();
          if (done === true) controller.close();
          else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
        } catch (error) {
          controller.enqueue(encoder.encode(frameOf("trouble", JSON.stringify({ what: told(error) }))));
          controller.close();
        }
      },
      cancel: async () => void (await frames.return()),
    },
    { highWaterMark: 0 },
  );
}

/** JSON has lines only between its words, and a frame ends with an empty one. */
export const frameOf = (event: string, json: string): string =>
  `event: ${event}\ndata: ${json.replaceAll("\n", "")}\n\n`;
