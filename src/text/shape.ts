/** Checks of values that came as JSON, put together out of small ones. */
import { isRecord } from "./json.ts";

export type Shape = (value: unknown) => boolean;

export const text: Shape = (value) => typeof value === "string" && !value.includes("\0");
export const name: Shape = (value) => text(value) && value !== "";
export const path: Shape = (value) => text(value) && String(value).startsWith("/");
export const flag: Shape = (value) => typeof value === "boolean";
export const number: Shape = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
export const natural: Shape = (value) => number(value) && Number.isSafeInteger(value);
export const wordOf =
  (...words: readonly string[]): Shape =>
  (value) =>
    typeof value === "string" && words.includes(value);
export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
export const orMissing =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
export const list =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
export const fields =
  <T>(shapes: Readonly<Record<keyof T & string, Shape>>): Shape =>
  (value) =>
    wrongField<T>(shapes, value) === null;
export const environment: Shape = (value) =>
  isRecord(value) &&
  !Array.isArray(value) &&
  Object.entries(value).every(([key, each]) => name(key) && !key.includes("=") && text(each));

/** The first field that is not as it has to be; null = all of them are. */
export function wrongField<T>(
  shapes: Readonly<Record<keyof T & string, Shape>>,
  value: unknown,
): string | null {
  if (!isRecord(value) || Array.isArray(value)) return "all of it";
  return Object.entries<Shape>(shapes).find(([key, shape]) => !shape(value[key]))?.[0] ?? null;
}
