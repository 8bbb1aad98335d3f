/** Files that an app asks to be restarted for, as programs and people really change them. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DirectoryWatch } from "../../src/app-log/read/directory-watch.ts";
import { ConfigFiles } from "../../src/manager/daemon/config-files.ts";
import { WatchedPaths } from "../../src/manager/daemon/watched-paths.ts";
import { appSpec } from "../support/app-world.ts";
import { until } from "../support/ready.ts";
import { scratch } from "../support/sampling.ts";

let place: ReturnType<typeof scratch>;
let heard: string[] = [];

beforeEach(() => {
  place = scratch();
  heard = [];
});
afterEach(() => place[Symbol.dispose]());

const at = (path: string): string => join(place.path, path);

function write(path: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), "x");
}

const watching = (...paths: string[]): WatchedPaths =>
  new WatchedPaths({
    paths: paths.map(at),
    ignore: [],
    base: place.path,
    delayMs: 0,
    onChange: (path) => void heard.push(path),
    onTrouble: (what) => expect(what).toBe(""),
  });

/** Longer than an editor takes, whose changes are waited for. */
const CHANGED_EVERY_MS = 300;

/** Changes it again and again until that is heard: the watch of a new folder may begin a moment later. */
async function hears(act: () => void): Promise<boolean> {
  const before = heard.length;
  return until(
    () => {
      if (heard.length === before) act();
      return heard.length > before;
    },
    10_000,
    CHANGED_EVERY_MS,
  );
}

/** What was done before has been heard by now. */
async function quiet(): Promise<void> {
  for (let before = -1; before !== heard.length;) {
    before = heard.length;
    await Bun.sleep(200);
  }
}

test("each of several files of one folder", async () => {
  for (const name of ["a.ts", "b.ts", "c.ts"]) write(name);
  using _ = watching("a.ts", "b.ts");
  expect(await hears(() => write("a.ts"))).toBe(true);
  await quiet();
  expect(await hears(() => write("b.ts"))).toBe(true);
  await quiet();
  write("c.ts");
  await quiet();
  expect(heard).not.toContain(at("c.ts"));
});

test("a folder that a build removes and makes again, also with other folders in it", async () => {
  write("dist/lib/a.js");
  using _ = watching("dist");
  for (const name of ["first", "second"]) {
    rmSync(at("dist"), { recursive: true });
    write(`dist/lib/${name}.js`);
    await quiet();
    expect(await hears(() => write("dist/lib/a.js"))).toBe(true);
    await quiet();
  }
  renameSync(at("dist"), at("dist.before"));
  await quiet();
  expect(await hears(() => write("dist/lib/b.js"))).toBe(true);
  await quiet();
  expect(await hears(() => write("dist/lib/b.js"))).toBe(true);
});

test("a folder that is not there yet, and one that is below it", async () => {
  using _ = watching("out/js/lib");
  expect(await hears(() => write("out/js/lib/a.js"))).toBe(true);
  await quiet();
  expect(await hears(() => write("out/js/lib/a.js"))).toBe(true);
});

test("a folder with an entry of its own name", async () => {
  write("src/src/src");
  using _ = watching("src");
  expect(await hears(() => rmSync(at("src/src/src"), { force: true }))).toBe(true);
  await quiet();
  expect(await hears(() => write("src/src/a.ts"))).toBe(true);
  await quiet();
  expect(await hears(() => write("src/a.ts"))).toBe(true);
});

test("the folder of a log that is followed, removed and made again", async () => {
  write("logs/api.log");
  const end = new AbortController();
  using watch = new DirectoryWatch([at("logs")]);
  const following = (async () => {
    for (; !end.signal.aborted; heard.push("logs")) await watch.change(end.signal);
  })();
  await quiet();
  rmSync(at("logs"), { recursive: true });
  write("logs/api.log");
  await quiet();
  expect(await hears(() => write("logs/api.log"))).toBe(true);
  end.abort();
  await following;
});

test("the folder of a config file that is removed and made again", async () => {
  write("conf/apps.json");
  writeFileSync(at("reads.ts"), "console.log('[]')");
  using files = new ConfigFiles({
    program: at("reads.ts"),
    onChanged: async (_, directory) => heard.push(directory),
    onRejected: (_, problem) => expect(problem).toBe(""),
    onTrouble: (what) => expect(what).toBe(""),
  });
  files.set([appSpec("api", { source: at("conf/apps.json"), directory: at("conf") })]);
  rmSync(at("conf"), { recursive: true });
  write("conf/apps.json");
  expect(await until(() => heard.length > 0)).toBe(true);
  await quiet();
  expect(await hears(() => write("conf/apps.json"))).toBe(true);
  // longer than anybody would wait for it
  rmSync(at("conf"), { recursive: true });
  await Bun.sleep(1_500);
  await quiet();
  expect(await hears(() => write("conf/apps.json"))).toBe(true);
});
