/** Opens what apps are started and ended with on this machine. */
import { gateDirectory } from "../host/scope.ts";
import { systemClock } from "../os/clock.ts";
import { ensureRuntimeDirectory } from "../os/runtime-directory.ts";
import {
  type ContainerOptions,
  descriptorReserve,
  openContainers,
  openGatehouse,
  SCOPE_VARIABLE,
  thisProcess,
} from "../os/select-containers.ts";
import type { Gatehouse } from "../ports/gate.ts";
import type { ProcessSupervisor } from "../ports/supervisor.ts";
import { ownUid } from "../trust/open.ts";
import { sharedReserve } from "../launch/shared-reserve.ts";
import { Supervisor } from "./supervisor.ts";

export interface SupervisorOptions {
  /** Events that are kept for a listener who is slow; then the oldest go, and are counted. 1,024 where none is given. */
  readonly eventBuffer?: number;
  /** Is told in a sentence what went wrong beside an app: the app goes on all the same. */
  readonly onTrouble?: (sentence: string) => void;
  /** The environment of an app that is given none; this process's own where none is given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** This process starts nothing but apps, so an orphan that comes to it is of one of them; false where it is not given. */
  readonly isAlone?: boolean;
  /** Tests leave out mechanisms with this. */
  readonly containers?: ContainerOptions;
}

export async function openSupervisor(options: SupervisorOptions = {}): Promise<ProcessSupervisor> {
  const {
    eventBuffer,
    onTrouble = warn,
    containers: containing,
    environment = process.env,
    isAlone = false,
  } = options;
  const self = thisProcess();
  const gatehouse = openBooks();
  const containers = openContainers(containing);
  const reserve = sharedReserve(descriptorReserve);
  return new Supervisor(
    {
      environment,
      isInUserScope: self.environment[SCOPE_VARIABLE] !== undefined,
      launch: (projectRoot) => ({
        gatehouse,
        containers,
        self,
        clock: systemClock,
        reserve,
        onTrouble,
        isAlone,
        forKilling: async () => (await import("../host/project-killing.ts")).killPorts(projectRoot),
      }),
    },
    eventBuffer,
  );
}

/** Every app is in them, whoever looks after it. */
export const openBooks = (): Gatehouse =>
  openGatehouse(gateDirectory(ensureRuntimeDirectory(ownUid() ?? 0), { scope: "user" }));

const warn = (sentence: string): void => console.error(`warning: ${sentence}.`);
