/** Names of accounts. Those of macOS have no line in /etc/passwd; id(1) asks whatever knows them. */
import { Users } from "../users.ts";
import { PLAIN_ENV } from "./ps.ts";

export class Accounts {
  readonly #users = new Users();
  readonly #asked = new Map<number, string | null>();

  /** null when it has none. */
  name(uid: number): string | null {
    const written = this.#users.name(uid);
    if (written !== null) return written;
    const known = this.#asked.get(uid);
    if (known !== undefined) return known;
    const name = ask(uid);
    this.#asked.set(uid, name);
    return name;
  }
}

const ask = (uid: number): string | null => {
  const id = Bun.spawnSync(["id", "-un", String(uid)], { env: PLAIN_ENV, stdin: "ignore", stderr: "ignore" });
  return id.exitCode === 0 ? id.stdout.toString().trim() : null;
};
