/** Account names from /etc/passwd, passwd(5), and where they are not there, from whoever `ask` asks. */
import { accountOf, readPasswd } from "../trust/accounts.ts";

export class Users {
  readonly #names = new Map<number, string | null>();
  #passwd: string | null = null;

  constructor(private readonly ask: (uid: number) => string | null = () => null) {}

  /** null: nobody knows one. */
  name(uid: number): string | null {
    const known = this.#names.get(uid);
    if (known !== undefined) return known;
    this.#passwd ??= readPasswd();
    const name = accountOf(uid, this.#passwd)?.name ?? this.ask(uid);
    this.#names.set(uid, name);
    return name;
  }
}
