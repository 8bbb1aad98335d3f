/** Amounts of memory as people write them. */
import { UsageError } from "../errors.ts";

const POWERS = { K: 1, M: 2, G: 3, T: 4 } as const;

/** "512M", "2G", "1.5GiB", "800 MB": powers of 1024. Throws UsageError with what is allowed. */
export function parseBytes(text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[KMGT])(?:i?B)?$/i.exec(text.trim());
  const unit = match?.groups?.["unit"]?.toUpperCase();
  const power = Object.entries(POWERS).find(([name]) => name === unit)?.[1];
  const bytes = Math.round(Number(match?.groups?.["number"]) * 1_024 ** (power ?? 0));
  if (power === undefined || bytes === 0)
    throw new UsageError(`"${text}" is no amount of memory. Write 512M, 2G or 1.5G.`);
  return bytes;
}
