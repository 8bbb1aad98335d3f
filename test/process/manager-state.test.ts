/** What outlives the manager: small files, of which the last whole line counts. */
import { expect, test } from "bun:test";
import { appendFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StateFiles } from "../../src/manager/daemon/state-files.ts";
import type { KeptInstance } from "../../src/manager/ports.ts";
import { appSpec } from "../support/app-world.ts";
import { scratch } from "../support/sampling.ts";

const instance = (id: number, restarts = 0): KeptInstance => ({
  id,
  number: id,
  phase: "online",
  state: "online",
  sinceMs: 1,
  untilMs: null,
  root: null,
  jobId: `job-${id}`,
  startedMs: 1,
  createdMs: 1,
  restarts,
  unstableRestarts: 0,
  lastExit: null,
  adopted: false,
  leaving: [],
  lostLines: 0,
});

const open = (directory: string, damage: string[] = []): StateFiles =>
  new StateFiles({
    directory: join(directory, "state"),
    dump: join(directory, "state/dump.json"),
    spare: join(directory, "spare"),
    bootId: "boot",
    onDamage: (sentence) => damage.push(sentence),
  });

/** The file of an instance, by its id. */
function fileOf(directory: string, id: number): string {
  const apps = join(directory, "state/apps");
  const [folder = ""] = readdirSync(apps);
  return join(apps, folder, `${id}.json`);
}

test("an app and its instances are found again, as they were last", () => {
  using place = scratch();
  const first = open(place.path);
  expect(first.load()).toEqual({ apps: [], isSameBoot: false });
  const spec = appSpec("a/b", { env: { LINE: "1\n2" } });
  first.keepApp({ spec, instances: [instance(0), instance(1)] });
  for (let restarts = 1; restarts <= 3; restarts++) first.keepInstance(spec, instance(1, restarts));
  const { apps, isSameBoot } = open(place.path).load();
  expect(isSameBoot).toBe(true);
  expect(apps.map((app) => app.spec)).toEqual([spec]);
  expect(apps[0]?.instances.toSorted((a, b) => a.id - b.id)).toEqual([instance(0), instance(1, 3)]);
  first.keepApp({ spec, instances: [instance(1)] });
  expect(open(place.path).load().apps[0]?.instances).toEqual([instance(1)]);
  first.forget(spec);
  expect(open(place.path).load().apps).toEqual([]);
});

test("a line that was cut off is none, and the next one stands by itself", () => {
  using place = scratch();
  const damage: string[] = [];
  const state = open(place.path, damage);
  const spec = appSpec("api");
  state.keepApp({ spec, instances: [instance(0)] });
  state.keepInstance(spec, instance(0, 1));
  appendFileSync(fileOf(place.path, 0), '\n{"schemaVersion":1,"number":9,"inst');
  expect(open(place.path, damage).load().apps[0]?.instances).toEqual([instance(0, 1)]);
  state.keepInstance(spec, instance(0, 2));
  expect(open(place.path, damage).load().apps[0]?.instances).toEqual([instance(0, 2)]);
  expect(damage).toEqual([]);
});

test("what a later manager has written counts, though its disk was full and the one before had written more", () => {
  using place = scratch();
  const first = open(place.path);
  const spec = appSpec("api");
  first.keepApp({ spec, instances: [instance(0)] });
  for (let restarts = 1; restarts <= 5; restarts++) first.keepInstance(spec, instance(0, restarts));
  const folder = dirname(fileOf(place.path, 0));
  const second = open(place.path);
  second.load();
  // nothing can be written there
  renameSync(folder, `${folder}.away`);
  writeFileSync(folder, "");
  second.keepInstance(spec, instance(0, 6));
  rmSync(folder);
  renameSync(`${folder}.away`, folder);
  expect(open(place.path).load().apps[0]?.instances).toEqual([instance(0, 6)]);
});

test("a file does not grow for ever", () => {
  using place = scratch();
  const state = open(place.path);
  const spec = appSpec("api");
  state.keepApp({ spec, instances: [instance(0)] });
  for (let restarts = 0; restarts < 1_000; restarts++) state.keepInstance(spec, instance(0, restarts));
  expect(statSync(fileOf(place.path, 0)).size).toBeLessThan(70_000);
  expect(open(place.path).load().apps[0]?.instances).toEqual([instance(0, 999)]);
});

test("what was saved is read again", async () => {
  using place = scratch();
  const state = open(place.path);
  expect(await state.saved()).toBeNull();
  const apps = [{ spec: appSpec("api"), instances: [instance(0)] }];
  await state.save(apps);
  expect(await open(place.path).saved()).toEqual(apps);
});

test("whose declaration somebody has removed is to be kept again as a whole", () => {
  using place = scratch();
  const state = open(place.path);
  const spec = appSpec("api");
  state.keepApp({ spec, instances: [instance(0)] });
  expect(state.keepInstance(spec, instance(0, 1))).toBe(true);
  rmSync(join(place.path, "state"), { recursive: true });
  expect(state.keepInstance(spec, instance(0, 2))).toBe(false);
  state.keepApp({ spec, instances: [instance(0, 2)] });
  expect(state.keepInstance(spec, instance(0, 3))).toBe(true);
  expect(open(place.path).load().apps).toEqual([{ spec, instances: [instance(0, 3)] }]);
});
