import type { ProcessSample } from "./process.ts";

export function isOurs(_sample: Pick<ProcessSample, "argv">): boolean {
  return false;
}
