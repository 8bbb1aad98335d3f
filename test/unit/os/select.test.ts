/** Which backend a system gets. */
import { expect, test } from "bun:test";
import { describeFailure } from "../../../src/text/errors.ts";
import { chooseBackend, type BackendName } from "../../../src/os/select.ts";

test.each<[string, string | undefined, BackendName]>([
  ["linux", undefined, "native"],
  ["linux", "", "native"],
  ["linux", "native", "native"],
  ["linux", "portable", "portable"],
  ["darwin", undefined, "portable"],
  ["darwin", "portable", "portable"],
  ["freebsd", undefined, "portable"],
])("%s with %p gets %s", (platform, wish, name) => {
  expect(chooseBackend(platform, wish)).toBe(name);
});

test.each([
  ["win32", undefined, /win32 yet. Run it on Linux/, 1],
  ["win32", "portable", /win32 yet. Run it on Linux/, 1],
  ["darwin", "native", /no native backend for darwin. Unset it/, 2],
  ["linux", "porta\nble", /"porta\\nble" is unknown. It takes native or portable/, 2],
])("%s with %p is refused", (platform, wish, message, exitCode) => {
  const refusal = chooseBackend(platform, wish);
  expect(refusal).toBeInstanceOf(Error);
  expect(describeFailure(refusal, false)).toMatchObject({ exitCode });
  expect(describeFailure(refusal, false).text).toMatch(message);
  expect(describeFailure(refusal, false).text).not.toContain("bug");
});
