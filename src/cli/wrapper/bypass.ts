/** BUN_WRAPPER_BYPASS=1: this process becomes bun, and nothing of the gate takes part. */
import { replaceProcess } from "../../os/linux/exec.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";
import { thisProcess } from "../../os/select-containers.ts";

/** Does not return where it works. */
export function bypass(args: readonly string[], descriptors: readonly number[]): never {
  const { execPath } = process;
  const result = replaceProcess(
    execPath,
    [execPath, ...args],
    usersEnvironment(thisProcess().environment),
    descriptors,
  );
  throw new Error(`${execPath} cannot be started: execve(2) gave errno ${-result}.`);
}
