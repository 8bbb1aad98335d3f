/** Server-sent events as the HTML standard has them (section 9.2.6), read from a stream that is cut anywhere. Pure. */

export interface ServerEvent {
  readonly type: string;
  readonly id: string | null;
  readonly data: string;
}

/** Returns the events that end in this piece of text; what is left waits for the next one. */
export function eventReader(): (text: string) => readonly ServerEvent[] {
  let rest = "";
  return (text) => {
    const blocks = (rest + text).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => eventOf(block) ?? []);
  };
}

/** null: only comments, by which the server says that it is still there. An id alone says how far the reader is. */
function eventOf(block: string): ServerEvent | null {
  let [type, id]: [string, string | null] = ["message", null];
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /u, "");
    const field = line.slice(0, colon);
    if (field === "event") type = value;
    else if (field === "id") id = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 && id === null ? null : { type, id, data: data.join("\n") };
}
