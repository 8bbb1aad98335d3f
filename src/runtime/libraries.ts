/** Calls of real system libraries through `bun:ffi`, each beside the same thing in JavaScript: what it says, and what a call costs. */
import { medianOf } from "../core/statistics/quantile.ts";
import { openLibrary } from "../os/system-libraries.ts";

export interface LibraryCall {
  readonly library: "libc" | "libm";
  /** As it would be written in C. */
  readonly call: string;
  readonly result: number;
  /** What JavaScript says of the same. */
  readonly expected: number;
  /** Median time of one call, ns; the loop around it is in both of them. */
  readonly nativeNs: number;
  readonly javascriptNs: number;
}

const SAMPLES = 15;
const CALLS = 2_000;

/** ns of one call. The sum is used, so that no call is left out. */
function nsOfCall(act: () => number): number {
  const samples = Array.from({ length: SAMPLES + 1 }, () => {
    let sum = 0;
    const startedNs = Bun.nanoseconds();
    for (let call = 0; call < CALLS; call++) sum += act();
    const took = Bun.nanoseconds() - startedNs;
    return Number.isNaN(sum) ? Number.NaN : took / CALLS;
  });
  // the first one compiles
  return medianOf(samples.slice(1));
}

const TEXT = "bun-watchdog";

/**
 * `getpid` and `strlen` of libc, `cos`, `sqrt` and `pow` of libm. Both libraries are closed again. Takes some milliseconds.
 * @throws Error with the code "LIBRARY_MISSING" where one of them is not there
 */
export function callSystemLibraries(): readonly LibraryCall[] {
  using stack = new DisposableStack();
  const libc = openLibrary("libc", {
    getpid: { args: [], returns: "i32" },
    strlen: { args: ["ptr"], returns: "u64" },
  });
  stack.defer(() => libc.close());
  const libm = openLibrary("libm", {
    cos: { args: ["f64"], returns: "f64" },
    sqrt: { args: ["f64"], returns: "f64" },
    pow: { args: ["f64", "f64"], returns: "f64" },
  });
  stack.defer(() => libm.close());
  const { getpid, strlen } = libc.symbols;
  const { cos, sqrt, pow } = libm.symbols;
  // an explicit ArrayBuffer stays where it is
  const text = new Uint8Array(new ArrayBuffer(TEXT.length + 1));
  text.set(Buffer.from(TEXT));
  return [
    compare("libc", "getpid()", [getpid, () => process.pid]),
    compare("libc", `strlen("${TEXT}")`, [() => Number(strlen(text)), () => text.indexOf(0)]),
    compare("libm", "cos(1)", [() => cos(1), () => Math.cos(1)]),
    compare("libm", "sqrt(2)", [() => sqrt(2), () => Math.sqrt(2)]),
    compare("libm", "pow(2, 0.5)", [() => pow(2, 0.5), () => 2 ** 0.5]),
  ];
}

type Act = () => number;

const compare = (
  library: LibraryCall["library"],
  call: string,
  [native, javascript]: readonly [Act, Act],
): LibraryCall => ({
  library,
  call,
  result: native(),
  expected: javascript(),
  nativeNs: nsOfCall(native),
  javascriptNs: nsOfCall(javascript),
});
