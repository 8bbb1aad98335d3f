/** Looking into values of unknown shape. */
import { isRecord } from "../core/json.ts";

/** An own property or list entry; undefined where there is none. */
export const child = (value: unknown, key: string | number): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;

export const descend = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce(child, value);
