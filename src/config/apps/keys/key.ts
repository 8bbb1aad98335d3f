/**
 * One key of an app: how it is spelled, what it may hold, and what is told about it. Everything else derives
 * from the table of these.
 */
import type { ValueKind } from "../kind.ts";

export interface AppKey<Value> {
  readonly kind: ValueKind<Value>;
  /** The other spellings. camelCase is always another one. */
  readonly also: readonly string[];
  /** PM2's spelling; null = PM2 has no such key. */
  readonly pm2: string | null;
  /** Says what the key does, for the JSON Schema and the docs. */
  readonly says: string;
  /** A sentence that says what is different from PM2; "" = nothing. */
  readonly differs: string;
}

interface More {
  readonly also?: readonly string[];
  readonly differs?: string;
}

/** A key that PM2 has. `pm2` is its spelling there. */
export const ofPm2 = <Value>(
  pm2: string,
  kind: ValueKind<Value>,
  says: string,
  { also = [], differs = "" }: More = {},
): AppKey<Value> => ({ kind, also, pm2, says, differs });

/** A key that PM2 does not have. */
export const ofOurs = <Value>(
  kind: ValueKind<Value>,
  says: string,
  also: readonly string[] = [],
): AppKey<Value> => ({
  kind,
  also,
  pm2: null,
  says,
  differs: "",
});
