/**
 * v1 controllers beside a unified hierarchy that has none: the unified group holds and kills the job, a v1 memory group
 * limits it.
 */
import type { Container, ContainerWish } from "../../../ports/container.ts";
import type { CapsV1 } from "./caps.ts";
import { JobContainer } from "./container.ts";
import { type Group, groupName } from "./group.ts";
import { memoryV1 } from "./memory-v1.ts";

/** The groups that this process is in. `capped` makes those of other controllers. A string says why there is no container. */
export const makeHybrid = (
  own: { readonly unified: Group; readonly memory: Group },
  { jobId, memoryBytes, adjustable = false, isOfMany }: ContainerWish,
  capped: ((name: string) => CapsV1) | null,
): Container | string => {
  const name = groupName(jobId);
  const group = own.unified.child(name);
  if (typeof group === "string") return `no group can be made in ${own.unified.directory} (${group})`;
  const isLimited = memoryBytes !== null;
  const memory = isLimited || adjustable ? memoryV1(own.memory, name, memoryBytes) : null;
  const caps = capped?.(name) ?? null;
  const place = {
    kind: "hybrid",
    directory: group.directory,
    memoryDirectory: memory === null || typeof memory === "string" ? null : memory.group.directory,
    capDirectories: caps?.groups.map(({ directory }) => directory) ?? [],
  } as const;
  const kept = caps?.kept ?? [];
  return new JobContainer({ jobId, place, group, memory, isLimited, kept, caps, isOfMany });
};
