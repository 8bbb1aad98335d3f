/** Tests that play an account without privileges. */
import type { Part } from "../support/skip.ts";

/** In front of a command line: run as nobody. Needs root. */
export const AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

export const userNamespace: Part = {
  name: "user namespaces",
  missing: () => {
    const tried = Bun.spawnSync([...AS_NOBODY, "unshare", "--user", "--map-root-user", "true"], {
      stderr: "pipe",
    });
    return tried.success ? null : tried.stderr.toString().trim();
  },
};
