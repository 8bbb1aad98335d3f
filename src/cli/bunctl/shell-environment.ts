/** The environment that an app gets from the shell: as the person has it, without what is about this very command. */
import { shellVariables } from "../../config/apps/variables.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";

export const shellEnvironment = (): Readonly<Record<string, string>> =>
  shellVariables(usersEnvironment(process.env));
