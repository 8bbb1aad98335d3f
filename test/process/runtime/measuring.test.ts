/** Buffers and system libraries, as a program measures and calls them. */
import { describe, expect, test } from "bun:test";
import { libraryPath, mappedLibrary, openLibrary } from "../../../src/os/system-libraries.ts";
import { callSystemLibraries, measureBuffers } from "../../../src/runtime/index.ts";

const KINDS = ["Buffer.alloc", "Buffer.allocUnsafe", "Bun.allocUnsafe", "ArrayBuffer", "Uint8Array"];

describe("measureBuffers", () => {
  test("every way, size and memory is there once, without and with filling", async () => {
    const rows = await measureBuffers({ sizes: [1_024, 2 * 1_024 ** 2], samples: 3 });
    const seen = rows.map(({ kind, bytes, memory, filled }) => `${bytes} ${memory} ${filled} ${kind}`);
    const expected = [
      ["1024 reused", false],
      ["1024 reused", true],
      ["2097152 fresh", false],
      ["2097152 fresh", true],
      ["2097152 reused", false],
      ["2097152 reused", true],
    ].flatMap(([which, filled]) => KINDS.map((kind) => `${which} ${filled} ${kind}`));
    expect(seen).toEqual(expected);
    for (const { timeUs } of rows) {
      expect(timeUs.count).toBe(3);
      expect(timeUs.min).toBeGreaterThan(0);
      expect(timeUs.max).toBeGreaterThanOrEqual(timeUs.median);
    }
  });

  test("the pool that Buffer shares stays whole", async () => {
    const before = Buffer.from("of the program");
    await measureBuffers({ sizes: [1, 14, 1_024, 8_192], samples: 2 });
    expect(before.toString()).toBe("of the program");
    expect(
      Buffer.allocUnsafe(16)
        .fill(7)
        .every((byte) => byte === 7),
    ).toBe(true);
  });

  test.each([[{ sizes: [0] }], [{ sizes: [1.5] }], [{ samples: 0 }]])("%j is refused", async (options) => {
    const said = await measureBuffers(options).catch((error: unknown) => error);
    expect(said).toBeInstanceOf(RangeError);
  });
});

const functions = { getpid: { args: [], returns: "i32" } } as const;
const failure = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
};

const line = (path: string): string => `7f00-7f01 r-xp 00000000 fe:00 12      ${path}\n`;

describe("system libraries", () => {
  test("they say what JavaScript says", () => {
    const calls = callSystemLibraries();
    expect(calls.map(({ call }) => call)).toEqual([
      "getpid()",
      'strlen("bun-watchdog")',
      "cos(1)",
      "sqrt(2)",
      "pow(2, 0.5)",
    ]);
    for (const { result, expected, nativeNs, javascriptNs } of calls) {
      expect(result).toBeCloseTo(expected, 12);
      expect(nativeNs).toBeGreaterThan(0);
      expect(javascriptNs).toBeGreaterThan(0);
    }
  });

  test.each([
    [
      "the library is missing",
      () => openLibrary("libm", functions, "/nowhere/libm.so.6"),
      "/nowhere/libm.so.6",
    ],
    ["the system is not known", () => openLibrary("libc", functions, null), "bun-watchdog finds none"],
    [
      "the function is missing",
      () => openLibrary("libc", { no_such: { args: [], returns: "i32" } }),
      '"no_such" not found',
    ],
  ])("%s: said by name", (_, act, says) => {
    const error = failure(act);
    expect(error).toMatchObject({ code: "LIBRARY_MISSING" });
    expect(String(error)).toMatch(/^Error: The library lib[cm] cannot be used: /);
    expect(String(error)).toContain(says);
  });

  test.each([
    ["libc", line("/usr/lib/x86_64-linux-gnu/libc.so.6"), "/usr/lib/x86_64-linux-gnu/libc.so.6"],
    ["libc", line("/nix/store/abc-glibc-2.40/lib/libc.so.6"), "/nix/store/abc-glibc-2.40/lib/libc.so.6"],
    ["libc", line("/lib/ld-musl-x86_64.so.1"), "/lib/ld-musl-x86_64.so.1"],
    ["libm", line("/lib/libc.musl-aarch64.so.1"), "/lib/libc.musl-aarch64.so.1"],
    ["libm", line("/lib/libc.so.6"), null],
    ["libc", line("/home/a/evil-libc.so.6"), null],
    ["libc", line("/lib/libc.so.6 (deleted)"), null],
    ["libm", "7f00-7f01 rw-p 00000000 00:00 0 \n7f00-7f01 r-xp 00000000 00:00 0 [vdso]\n", null],
    ["libc", "", null],
  ] as const)("%s of these mappings: %j", (library, maps, path) => {
    expect(mappedLibrary(library, maps)).toBe(path);
  });

  test.each([
    ["darwin", "/usr/lib/libSystem.B.dylib"],
    ["plan9", null],
  ])("on %s it is %s", (platform, path) => {
    expect([libraryPath("libc", platform), libraryPath("libm", platform)]).toEqual([path, path]);
  });
});
