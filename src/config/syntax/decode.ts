/** Bytes to text, strictly: what is not UTF-8 is refused with its place, a byte order mark is tolerated. */
import type { TextFault } from "./document.ts";
import { positionAt } from "./position.ts";

type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: TextFault };

export function decodeText(input: string | Uint8Array): Decoded {
  if (typeof input === "string") return { ok: true, text: input.replace(/^\uFEFF/u, "") };
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(input) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { ok: false, fault: encodingFault(input) };
  }
}

const utf16 = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

function encodingFault(bytes: Uint8Array): TextFault {
  const offset = firstInvalid(bytes);
  const text = new TextDecoder().decode(bytes.subarray(0, offset));
  const rest = new TextDecoder().decode(bytes.subarray(offset, offset + 80));
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, "0");
  return {
    code: "encoding",
    path: [],
    at: positionAt(text + rest, text.length),
    message: utf16(bytes)
      ? "is UTF-16 (PowerShell's > and older editors write it)"
      : `byte 0x${byte} at offset ${offset} is not UTF-8`,
    allowed: "a text saved as UTF-8",
  };
}

/** The character that stands for what cannot be decoded, and its own bytes. */
const REPLACEMENT = "\uFFFD";
const ITS_BYTES = Buffer.from(REPLACEMENT);

/** Offset of the first byte that is not UTF-8, or of a character that is cut off: where another text has to be shown for it. */
function firstInvalid(bytes: Uint8Array): number {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    // one that the text has itself is no fault; all before the first fault are such
    if (!ITS_BYTES.equals(bytes.subarray(offset, offset + ITS_BYTES.length))) return offset;
  }
  return bytes.length;
}
