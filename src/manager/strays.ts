/** What apps have left, and nobody knows which. */
import { namedStrays } from "../launch/strays.ts";
import type { ContainerFactory } from "../ports/container.ts";
import type { StrayDocument } from "../wire/manager.ts";

export const straysOf = async (
  containers: Pick<ContainerFactory, "strays" | "sampler">,
): Promise<readonly StrayDocument[]> =>
  (await namedStrays(containers)).map(({ id, command }) => ({ pid: id.pid, command }));
