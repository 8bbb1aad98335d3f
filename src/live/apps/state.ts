/** Everything that the screen of apps depends on, as one value. */
import type { AppsDocument } from "../../wire/manager.ts";
import { shortCommand } from "../../render/command-name.ts";
import { commandLine } from "../../text/mask.ts";
import { instanceName, sortedRows, type InstanceRow, type Sorting } from "../../render/apps/table.ts";
import { hasText, type Listing, type ListMode } from "../listing.ts";
import { KEPT } from "../meters.ts";

export type Doing = "stop" | "restart" | "start";

export interface AppsState extends Listing {
  readonly seen: AppsDocument | null;
  readonly sort: { readonly by: Sorting["by"]; readonly reversed: boolean };
  /** CPU use of an instance at the last looks, by its id, oldest first. */
  readonly percents: ReadonlyMap<number, readonly number[]>;
  readonly mode: ListMode | { readonly kind: "confirm"; readonly doing: Doing; readonly row: AppEntry };
  readonly notices: readonly AppNotice[];
  /** Why there is no newer look; null = there is. */
  readonly trouble: string | null;
}

export interface AppEntry extends InstanceRow {
  readonly key: string;
}

export interface AppNotice {
  readonly id: number;
  readonly kind: "doing" | "done" | "failed";
  readonly text: string;
  /** null = it is under way. */
  readonly untilMs: number | null;
}

export const initialApps = ({ by, isDescending }: Sorting): AppsState => ({
  seen: null,
  sort: { by, reversed: isDescending === isAscending(by) },
  percents: new Map(),
  selected: null,
  filter: "",
  paused: false,
  mode: { kind: "table" },
  notices: [],
  trouble: null,
});

/** The others begin with the largest. */
export const isAscending = (by: string): boolean => by === "id" || by === "name";

/** The rows, in their order. */
export function appEntries({ seen, sort, filter }: AppsState): readonly AppEntry[] {
  if (seen === null) return [];
  const isDescending = isAscending(sort.by) === sort.reversed;
  return sortedRows(seen.apps, { by: sort.by, isDescending })
    .filter((row) => hasText(wordsOf(row), filter))
    .map(({ app, instance }) => ({ app, instance, key: String(instance.id) }));
}

const wordsOf = (row: InstanceRow): string => {
  const { id, root, state } = row.instance;
  const { namespace, argv, cwd } = row.app.spec;
  return [id, instanceName(row), namespace, root?.pid, state, shortCommand(commandLine(argv), cwd)].join(" ");
};

/** The newest reading behind those before it. */
export const percentsOf = (before: AppsState["percents"], { apps }: AppsDocument): AppsState["percents"] =>
  new Map(
    apps.flatMap(({ instances }) =>
      instances.map(({ id, cpuPercent }) => [
        id,
        cpuPercent === null ? [] : [...(before.get(id) ?? []), cpuPercent].slice(-KEPT),
      ]),
    ),
  );
