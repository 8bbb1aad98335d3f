/** Takes up again what a dead launcher has left behind, as its record says where that is. */
import type { ContainerPlace } from "../../../core/process/slot.ts";
import type { Remains } from "../../../ports/container.ts";
import { Group } from "./group.ts";
import { Marked, MarkerRemains } from "./marker-remains.ts";
import { ReadingsV1 } from "./memory-v1.ts";
import { ReadingsV2 } from "./memory-v2.ts";
import { UnifiedRemains } from "./unified.ts";

export const reopen = (jobId: string, place: ContainerPlace): Remains => {
  const marked = new Marked(jobId);
  switch (place.kind) {
    case "marker":
      return new MarkerRemains(marked);
    case "cgroup2": {
      const group = new Group(place.directory);
      return new UnifiedRemains(place, group, new ReadingsV2(group), marked);
    }
    case "hybrid": {
      const { directory, memoryDirectory, capDirectories } = place;
      const memory = memoryDirectory === null ? null : new ReadingsV1(new Group(memoryDirectory));
      const beside = capDirectories.map((each) => new Group(each));
      return new UnifiedRemains(place, new Group(directory), memory, marked, beside);
    }
  }
};
