/** Bytes to text, strictly: what is not UTF-8 is refused with its place, a byte order mark is tolerated. */
import type { TextFault } from "./document.ts";
import { positionAt } from "./position.ts";

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: TextFault };

export function decode(input: string | Uint8Array): Decoded {
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

/** Offset of the first byte that cannot be UTF-8. In streaming mode a cut-off character is no error: monotone, so bisect. */
function firstInvalid(bytes: Uint8Array): number {
  const valid = (length: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (middle <= bytes.length && valid(middle)) good = middle;
    else bad = middle;
  }
  return good < bytes.length ? good : lastCharacter(bytes);
}

/** Every byte may stand where it does, and the end came too early: where the cut-off character begins. */
function lastCharacter(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > 0 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}
