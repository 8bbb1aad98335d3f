/** Every command of every program that has commands, with its declaration. */
import { bunctlProgram } from "../../src/cli/bunctl/commands.ts";
import { WATCHDOG } from "../../src/cli/commands.ts";
import type { Declaration, Program } from "../../src/cli/declaring.ts";
import { isolateProgram } from "../../src/cli/isolate/commands.ts";

export interface DeclaredCommand {
  readonly program: Program;
  /** The names of the commands down to this one. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly declaration: Declaration;
}

export const PROGRAMS: readonly Program[] = [WATCHDOG, bunctlProgram(null), isolateProgram(null)];

export async function everyCommand(): Promise<readonly DeclaredCommand[]> {
  const found: DeclaredCommand[] = [];
  const add = (command: DeclaredCommand): void => {
    found.push(command);
    for (const [name, inner] of Object.entries(command.declaration.commands ?? {}))
      add({ ...command, path: [...command.path, name], summary: inner.summary, declaration: inner });
  };
  for (const program of PROGRAMS)
    for (const [name, { summary, load }] of Object.entries(program.commands))
      add({ program, path: [name], summary, declaration: await load() });
  return found;
}
