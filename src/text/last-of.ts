/** The last characters of a stream that may go on for months: no more than these are held at once. */
export async function lastOf(stream: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let last = "";
  for await (const piece of stream) last = (last + decoder.decode(piece, { stream: true })).slice(-most);
  return last;
}
