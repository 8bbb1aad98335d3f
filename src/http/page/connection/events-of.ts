/** The events of an answer, as they come. Ends with it. */
import { eventReader, type ServerEvent } from "./sse.ts";

/** `onPiece`: something has come, if only a sign that the other side is there. */
export async function* eventsOf(
  { body }: Response,
  onPiece: () => void = () => {},
): AsyncGenerator<ServerEvent, void> {
  if (body === null) return;
  const read = eventReader();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onPiece();
      yield* read(value);
    }
  } finally {
    await reader.cancel();
  }
}
