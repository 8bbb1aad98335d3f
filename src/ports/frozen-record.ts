/** The record names what is stopped right now. */
import type { ProcessId } from "../core/process/process.ts";

export interface FrozenRecord {
  add(ids: readonly ProcessId[]): void;
  remove(ids: readonly ProcessId[]): void;
  entries(): readonly ProcessId[];
  /** Takes the room on the disk that `add` needs, for as long as this is held. Throws where there is none. */
  reserve(): Disposable;
}
