/**
 * The C libraries of the system, by paths that nobody else can put a file at. Never by a bare name: where the system has no
 * library of that name, Bun opens a file of the current folder (I11). Only os/linux/ffi.ts may: it says why.
 */
import { dlopen, type FFIFunction, type Library } from "bun:ffi";
import { existsSync, readFileSync } from "node:fs";
import { messageOf } from "../text/system-error.ts";
import { platformName } from "./select-start.ts";

type SystemLibrary = "libc" | "libm";

/** File names of glibc and musl; musl has both in one file. */
const NAMES: Readonly<Record<SystemLibrary, RegExp>> = {
  libc: /\/(?:libc\.so\.6|libc-2\.\d+\.so|(?:libc|ld)[.-]musl-[\w-]+\.so\.1)$/u,
  libm: /\/(?:libm\.so\.6|libm-2\.\d+\.so|(?:libc|ld)[.-]musl-[\w-]+\.so\.1)$/u,
};

/** Bun itself uses both, so they are mapped: wherever a distribution has them. `maps` as proc_pid_maps(5) has it. */
export function mappedLibrary(library: SystemLibrary, maps: string): string | null {
  const paths = maps.split("\n").map((line) => line.slice(line.indexOf("/")));
  return paths.find((path) => NAMES[library].test(path)) ?? null;
}

/** Where the library of this system is; null: it is not there, or the system is none that we know. */
export function libraryPath(library: SystemLibrary, platform: string = platformName()): string | null {
  switch (platform) {
    case "linux":
      return mappedLibrary(library, readFileSync("/proc/self/maps", "utf8"));
    case "darwin":
      // it stands in no folder, but in the linker's cache
      return "/usr/lib/libSystem.B.dylib";
    case "win32":
      return existingFile("C:\\Windows\\System32\\ucrtbase.dll");
    default:
      return null;
  }
}

const existingFile = (path: string): string | null => (existsSync(path) ? path : null);

/**
 * Opens functions of a library. @throws Error with the code "LIBRARY_MISSING" where there
 * is no such library, or it lacks one of the functions
 */
export function openLibrary<Functions extends Record<string, FFIFunction>>(
  library: SystemLibrary,
  functions: Functions,
  path: string | null = libraryPath(library),
): Library<Functions> {
  try {
    if (path !== null) return dlopen(path, functions);
  } catch (error) {
    throw missing(library, messageOf(error), error);
  }
  throw missing(library, `bun-watchdog finds none in this process on ${platformName()}`);
}

const missing = (library: SystemLibrary, why: string, cause?: unknown): Error =>
  Object.assign(new Error(`The library ${library} cannot be used: ${why}.`, { cause }), {
    code: "LIBRARY_MISSING",
  });
