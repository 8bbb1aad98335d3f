/** Becoming another program: execve(2). The pid, the start time, open standard streams and the directory stay. */
import { keepOpen } from "./inherited.ts";
import { address, allocate, cString, SYS, syscall } from "../ffi.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const POINTER_BYTES = 8;

/** `inherited`: descriptors that stay open besides. Does not return where it works; a negated errno where it does not, and nothing has changed. All other threads end. */
export function execve(
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  inherited: readonly number[] = [],
): number {
  keepOpen(inherited);
  const settings = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  // named, so that all of it is reachable until the kernel has copied it
  const [name, words, variables] = [cString(path), argv.map(cString), settings.map(cString)];
  const [argvList, envList] = [pointersTo(words), pointersTo(variables)];
  return syscall(SYS.execve, address(name), address(argvList), address(envList));
}

function pointersTo(strings: readonly Bytes[]): Bytes {
  const list = allocate((strings.length + 1) * POINTER_BYTES);
  const view = new DataView(list.buffer);
  for (const [at, string] of strings.entries())
    view.setBigUint64(at * POINTER_BYTES, BigInt(address(string)), true);
  return list;
}
