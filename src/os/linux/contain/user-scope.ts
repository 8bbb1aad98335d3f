/**
 * The one way to kernel limits for an account that owns no control group (a login by SSH or on a terminal): its systemd
 * user manager gives it a scope of its own, systemd-run(1). Whoever is started in front of by these arguments is alone in it.
 */
import { existsSync } from "node:fs";

type Environment = Readonly<Record<string, string | undefined>>;

/** Arguments to put before a command; null where there is no user manager to ask. */
export const userScope = (env: Environment): readonly string[] | null => {
  const runtime = env["XDG_RUNTIME_DIR"];
  const program = Bun.which("systemd-run", { PATH: env["PATH"] ?? "" });
  if (runtime === undefined || program === null || !existsSync(`${runtime}/systemd/private`)) return null;
  return [program, "--user", "--scope", "--quiet", "--collect", "-p", "Delegate=yes", "--"];
};
