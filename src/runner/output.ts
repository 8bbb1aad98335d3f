/** What a job writes, read as fast as it comes, and kept within bounds: its beginning and its end. */

export interface KeptOutput {
  readonly text: string;
  /** Bytes that were left out in the middle, where a line of `text` says so. */
  readonly droppedBytes: number;
}

export interface StreamReading {
  /** Resolves at the end of the stream, or when it is given up. */
  readonly ended: Promise<void>;
  /** What was read so far. */
  readonly output: () => KeptOutput;
  /** Somebody who is no part of the job has the other end: the rest is not waited for. */
  readonly giveUp: () => void;
}

export type OnBytes = (bytes: Uint8Array) => void;

/** Keeps at most `mostBytes`; whatever more comes costs no memory. */
export function readBounded(
  stream: ReadableStream<Uint8Array> | null,
  mostBytes: number,
  onBytes?: OnBytes,
): StreamReading {
  const kept = new BoundedBytes(mostBytes);
  const reader = stream?.getReader();
  const read = async (): Promise<void> => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      kept.add(part.value);
      onBytes?.(part.value);
    }
  };
  return {
    ended: read(),
    output: () => kept.output(),
    giveUp: () => void reader?.cancel(),
  };
}

/** At most so many bytes of all that is added: half of them from the beginning, half from the end. */
export class BoundedBytes {
  readonly #halfBytes: number;
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #droppedBytes = 0;

  constructor(mostBytes: number) {
    this.#halfBytes = Math.ceil(mostBytes / 2);
  }

  add(bytes: Uint8Array): void {
    const first = bytes.subarray(0, this.#halfBytes - this.#headBytes);
    if (first.length > 0) this.#head.push(first.slice());
    this.#headBytes += first.length;
    const rest = bytes.subarray(first.length);
    if (rest.length === 0) return;
    this.#tail.push(this.#lastOf(rest).slice());
    this.#tailBytes += rest.length;
    // joined now and then only: each byte is copied twice at most
    if (this.#tailBytes - this.#droppedBytes > 4 * this.#halfBytes) this.#cut();
  }

  /** Not with a negative index: of 0 bytes it would be all of them. */
  #lastOf(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(Math.max(0, bytes.length - this.#halfBytes));
  }

  #cut(): void {
    const joined = Buffer.concat(this.#tail);
    const last = this.#lastOf(joined);
    this.#droppedBytes = this.#tailBytes - last.length;
    this.#tail = [Buffer.from(last)];
  }

  output(): KeptOutput {
    this.#cut();
    const [head, tail] = [Buffer.concat(this.#head), Buffer.concat(this.#tail)];
    const droppedBytes = this.#droppedBytes;
    const gap = Buffer.from(droppedBytes === 0 ? "" : `\n… ${droppedBytes} bytes left out …\n`);
    return { text: Buffer.concat([head, gap, tail]).toString(), droppedBytes };
  }
}
