/** What `test --watch` does where the machine cannot tell of changes. */
import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { SourceChanges } from "../../../src/cli/isolate/commands/changes.ts";

const noWatches = (): Error => Object.assign(new Error("no watches are left"), { code: "ENOSPC" });

class Watcher extends EventEmitter {
  close(): void {}
}

const refuse = (): never => {
  throw noWatches();
};

test("from the beginning: it is a failure that is said", () => {
  expect(() => new SourceChanges("/project", [], refuse)).toThrow(
    "Changes of /project cannot be watched: no watches are left.",
  );
});

test.each(["before", "after"])("later, %s somebody waits: the wait ends with that", async (when) => {
  const watcher = new Watcher();
  using changes = new SourceChanges("/project", [], () => watcher);
  if (when === "before") watcher.emit("error", noWatches());
  const next = changes.next(new AbortController().signal);
  if (when === "after") watcher.emit("error", noWatches());
  const failure = await next.catch((error: unknown) => error);
  expect(String(failure)).toContain("cannot be watched: no watches are left.");
});
