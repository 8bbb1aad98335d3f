/** Finds the manager of this account's apps. */
import type { RunningService } from "../wire/client.ts";
import { MANAGER, MANAGER_NAME } from "../wire/manager.ts";
import { findService } from "./sockets.ts";

export type RunningManager = RunningService<typeof MANAGER>;

/** null = none runs. @throws ServiceError where it does not answer */
export const findManager = (): Promise<RunningManager | null> => findService(MANAGER, MANAGER_NAME);
