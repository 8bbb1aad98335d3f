/**
 * v1 controllers beside a unified hierarchy that has none: the unified group holds and kills the job, a v1 memory group
 * limits it.
 */
import type { Container, ContainerWish } from "../../../ports/container.ts";
import type { CapsV1 } from "./caps.ts";
import type { Group } from "./group.ts";
import { type MemoryV1, memoryV1 } from "./memory-v1.ts";
import { groupName } from "./names.ts";
import { factsOf, UnifiedContainer } from "./unified.ts";

/** The groups that this process is in. `capped` makes those of other controllers. A string says why there is no container. */
export const makeHybrid = (
  own: { readonly unified: Group; readonly memory: Group | null },
  { jobId, memoryBytes }: ContainerWish,
  capped: ((name: string) => CapsV1) | null,
): Container | string => {
  const name = groupName(jobId);
  const group = own.unified.child(name);
  if (typeof group === "string") return `no group can be made in ${own.unified.directory} (${group})`;
  const memory = memoryBytes === null ? null : limited(own.memory, name, memoryBytes);
  const limit = typeof memory === "string" ? null : memory;
  const caps = capped?.(name) ?? null;
  const place = {
    kind: "hybrid",
    directory: group.directory,
    memoryDirectory: limit?.group.directory ?? null,
    capDirectories: caps?.groups.map(({ directory }) => directory) ?? [],
  } as const;
  const facts = factsOf(memory, caps?.kept ?? []);
  return new UnifiedContainer(jobId, place, { group, leaf: group }, limit, facts, caps);
};

const limited = (own: Group | null, name: string, limitBytes: number): MemoryV1 | string =>
  own === null ? "there is no memory controller" : memoryV1(own, name, limitBytes);
