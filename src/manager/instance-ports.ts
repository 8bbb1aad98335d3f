/** The holder of all instances gives each instance these ports. */
import type { AppIdentity, AppSpec } from "../core/app/app-spec.ts";
import type { Phase } from "../core/app/app-state.ts";
import type { AppEvent } from "../wire/manager.ts";
import type { ManagerPorts } from "./ports.ts";
import type { RunPorts } from "./run-hooks.ts";

export interface InstancePorts<Of> {
  readonly ports: ManagerPorts;
  readonly runPorts: RunPorts;
  readonly isClosed: () => boolean;
  readonly tell: (instance: Of, type: AppEvent["type"], words: string) => void;
  /** The instance is in the state file before this returns. */
  readonly keep: (instance: Of) => void;
  readonly closeOutput: (instance: Of, key: string) => void;
  readonly moved: (instance: Of, from: Phase) => void;
}

/** The app it belongs to; its spec may be replaced. */
export interface OwningApp extends AppIdentity {
  spec: AppSpec;
}
