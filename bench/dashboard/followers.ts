/** Pages that follow, without a browser: each reads the stream of events. */
import type { TestDashboard } from "../../test/support/dashboard.ts";

export interface Followers extends AsyncDisposable {
  /** Frames that all of them have got. */
  readonly frames: () => number;
}

export async function follow(server: TestDashboard, count: number): Promise<Followers> {
  const stop = new AbortController();
  let frames = 0;
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    try {
      for await (const piece of stream) frames += decoder.decode(piece).split("\n\n").length - 1;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  };
  const reading = await Promise.all(
    Array.from({ length: count }, async () => {
      const { status, body } = await fetch(new URL("/api/events", server.address), {
        headers: { authorization: `Bearer ${server.token}` },
        signal: stop.signal,
      });
      if (status !== 200 || body === null) throw new Error(`a follower was answered with ${status}`);
      return [read(body)] as const;
    }),
  );
  return {
    frames: () => frames,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(reading.map(([done]) => done));
    },
  };
}
