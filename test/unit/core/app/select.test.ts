import { expect, test } from "bun:test";
import { appSignal } from "../../../../src/core/app/signal-name.ts";
import { selectInstances, type Selectable } from "../../../../src/core/app/select.ts";

const app = (name: string, directory: string, ids: readonly number[], namespace = "default"): Selectable => ({
  name,
  directory,
  namespace,
  script: `${directory}/${name}.ts`,
  ids,
});

const APPS = [
  app("api", "/a", [0, 1]),
  app("db", "/a", [2], "stores"),
  app("api", "/b", [3]),
  app("web", "/b", [4], "front"),
  app("7", "/b", [5]),
  app("cache", "/c", [6, 9], "stores"),
  app("all", "/d", [7]),
  app("stores", "/d", [8]),
  app("api", "/b/inner", [10]),
];

const cases: readonly (readonly [word: string, directory: string, ids: readonly number[] | string])[] = [
  ["api", "/a", [0, 1]],
  ["api", "/b", [3]],
  ["web", "/a", [4]],
  // the nearest folder above the caller's
  ["api", "/a/packages/api", [0, 1]],
  ["api", "/b/src", [3]],
  ["api", "/b/inner/src", [10]],
  ["api", "/bb", "api is the name of 3 apps, and none of them belongs to /bb"],
  ["9", "/a", [9]],
  ["7", "/a", [7]],
  // a name of the caller's directory comes first
  ["7", "/b", [5]],
  ["all", "/a", [0, 1, 2, 3, 4, 5, 6, 9, 7, 8, 10]],
  ["all", "/d", [7]],
  ["stores", "/a", [8]],
  ["front", "/a", [4]],
  ["db.ts", "/a", [2]],
  ["/b/web.ts", "/a", [4]],
  ["default", "/a", [0, 1, 3, 5, 7, 8, 10]],
  ["/^(api|db)$/", "/x", [0, 1, 2, 3, 10]],
  ["/CACHE/i", "/x", [6, 9]],
  [
    "/CACHE/",
    "/x",
    "No app's name matches /CACHE/. Those that there are: api, db, web, 7, cache, all, stores.",
  ],
  ["/(/", "/x", "/(/ is no regular expression"],
  [
    "api",
    "/c",
    "api is the name of 3 apps, and none of them belongs to /c: 0, 1 (/a), 3 (/b), 10 (/b/inner). Name one by its id",
  ],
  [
    "wbe",
    "/a",
    "No app is called wbe, and it is no id, no namespace, and no file that an app runs. Did you mean web?",
  ],
  [
    "99",
    "/a",
    "No app is called 99, and it is no id, no namespace, and no file that an app runs. Those that there are: api, db",
  ],
];

for (const [word, directory, expected] of cases)
  test(`${word} in ${directory}`, () => {
    const { ids, failures } = selectInstances([word], directory, APPS);
    if (typeof expected === "string") {
      expect(ids).toEqual([]);
      expect(failures.join()).toStartWith(expected);
    } else expect([failures, ids]).toEqual([[], expected]);
  });

test("several words are joined, each instance once; what is unknown is said, and the others are meant all the same", () => {
  expect(selectInstances(["db", "stores", "2", "nobody"], "/a", APPS)).toEqual({
    ids: [2, 8],
    failures: [expect.stringContaining("No app is called nobody")],
  });
  expect(selectInstances(["api"], "/a", [])).toEqual({
    ids: [],
    failures: [
      "No app is called api, and it is no id, no namespace, and no file that an app runs. There is no app yet.",
    ],
  });
  expect(selectInstances(["all"], "/a", [])).toEqual({ ids: [], failures: [] });
});

test("a signal as people write it", () => {
  for (const word of ["SIGUSR2", "usr2", " 12 "]) expect(appSignal(word)).toBe("SIGUSR2");
  for (const word of ["", "0", "SIG", "PONY", "constructor"]) expect(appSignal(word)).toBeNull();
});
