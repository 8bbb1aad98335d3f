/** The apps of a manager that does not answer, as it has kept them. Nothing is asked, and nothing is changed. */
import { selectInstances } from "../../core/app/select.ts";
import type { Selection } from "../../wire/manager.ts";
import type { KeptApp } from "../ports.ts";
import { dumpPath, listDirectory, spareDirectory } from "../../host/manager-places.ts";
import { StateFiles } from "./state-files.ts";

interface SelectedApps {
  /** With those instances that are meant. */
  readonly apps: readonly KeptApp[];
  /** A sentence for each word that means nothing. */
  readonly failures: readonly string[];
}

export function keptApps({ words, directory }: Selection, pidNamespace: string): SelectedApps {
  const list = listDirectory(pidNamespace);
  const places = { directory: list, dump: dumpPath(), spare: spareDirectory(list) };
  const { apps } = new StateFiles({ ...places, bootId: "", onDamage: null }).load();
  const selectable = apps.map(({ spec, instances }) => ({ ...spec, ids: instances.map(({ id }) => id) }));
  const { ids, failures } = selectInstances(words, directory, selectable);
  const meant = apps.map(({ spec, instances }) => ({
    spec,
    instances: instances.filter(({ id }) => ids.includes(id)),
  }));
  return { apps: meant, failures };
}
