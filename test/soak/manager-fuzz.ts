/** Messages of every kind to the manager's socket: it answers or closes, goes on with its apps, and never dies. */
import { connect } from "node:net";
import { findService, socketsOf } from "../../src/host/sockets.ts";
import { MANAGER, MANAGER_NAME, type AppsDocument } from "../../src/wire/manager.ts";
import { managedFolder } from "../support/manage.ts";
import { Random } from "../support/random.ts";

export interface FuzzReport {
  readonly messages: number;
  readonly answered: number;
  readonly closed: number;
  readonly faults: readonly string[];
}

/** `stop` and `kill` do what they say. */
const ROUTES = [...Object.keys(MANAGER.routes).filter((name) => name !== "kill"), "about", "nothing"];
/** None that anybody stops by: all that is asked for is asked of this one, or of nobody. */
const BYSTANDER = "bystander";

export async function fuzzRounds(messages: number, seed: number): Promise<FuzzReport> {
  await using folder = managedFolder();
  const random = new Random(seed);
  folder.declare(folder.shell(BYSTANDER, "exec sleep 100000"), folder.shell("target", "exec sleep 100000"));
  await folder.ok("start");
  const { about } = await folder.manager();
  const bystander = await folder.instance(BYSTANDER);
  const socket = socketsOf(MANAGER_NAME)[0] ?? "";
  const { spec } = (await folder.apps()).apps.find((app) => app.spec.name === "target") ?? {};
  const values = new Values(random, { spec, directory: folder.directory });
  const faults: string[] = [];
  let [answered, closed] = [0, 0];
  for (let done = 0; done < messages; done += AT_ONCE) {
    const outcomes = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, messages - done) }, async () => {
        const message = values.message();
        const outcome = await send(socket, message, random);
        if (outcome === "silent")
          faults.push(`no answer, and not closed: ${JSON.stringify(message.toString().slice(0, 200))}`);
        return outcome;
      }),
    );
    answered += outcomes.filter((outcome) => outcome === "answered").length;
    closed += outcomes.filter((outcome) => outcome === "closed").length;
  }
  const now = await findService(MANAGER, MANAGER_NAME);
  if (now?.about.pid !== about.pid)
    return { messages, answered, closed, faults: [...faults, "the manager has died"] };
  const seen: AppsDocument = await now.apps(null);
  const after = seen.apps.find((app) => app.spec.name === BYSTANDER)?.instances[0];
  if (after?.root?.pid !== bystander.root?.pid || after?.state !== "online")
    faults.push(
      `the bystander is ${after?.state}, pid ${after?.root?.pid} instead of ${bystander.root?.pid}`,
    );
  // what it took in must not stop the next one
  await folder.killManager();
  await folder.ok("daemon", "start");
  const [again] = await folder.instances(BYSTANDER);
  if (again?.root?.pid !== bystander.root?.pid) faults.push("the next manager has not found the bystander");
  return { messages, answered, closed, faults: faults.slice(0, 20) };
}

const AT_ONCE = 10;
const ANSWER_WITHIN_MS = 30_000;

/** What becomes of one connection that sends this, in one piece or in several, and then no more. */
const send = (socket: string, message: Buffer, random: Random): Promise<"answered" | "closed" | "silent"> =>
  new Promise((resolve) => {
    const cut = random.chance(0.2) ? random.whole(0, message.length) : message.length;
    let heard = "";
    const connection = connect(socket, () => {
      connection.write(message.subarray(0, cut));
      if (random.chance(0.1)) connection.destroy();
      else connection.end(message.subarray(cut));
    });
    const late = setTimeout(() => resolve("silent"), ANSWER_WITHIN_MS);
    connection.on("data", (data) => (heard += data.toString("latin1")));
    // reset, or the pipe is broken: closed
    connection.on("error", () => resolve("closed"));
    connection.on("close", () => {
      clearTimeout(late);
      resolve(heard.startsWith("HTTP/1.1 ") ? "answered" : "closed");
    });
  });

interface Known {
  readonly spec: object | undefined;
  readonly directory: string;
}

class Values {
  readonly #random: Random;
  readonly #known: Known;

  constructor(random: Random, known: Known) {
    this.#random = random;
    this.#known = known;
  }

  message(): Buffer {
    const kind = this.#random.next();
    if (kind < 0.1) return this.#noise(this.#random.whole(0, 4_000));
    const route = this.#random.pick(ROUTES);
    const body = kind < 0.2 ? this.#noise(this.#random.whole(0, 400)) : Buffer.from(this.#body(route));
    const method = this.#random.chance(0.9)
      ? "POST"
      : this.#random.pick(["GET", "PUT", "DELETE", "TRACE", ""]);
    const length = this.#random.chance(0.9)
      ? body.length
      : this.#random.pick([0, -1, 1e12, body.length + 10, Number.NaN]);
    const head = `${method} /${route} HTTP/1.1\r\nhost: service\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  }

  #noise(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.whole(0, 255)));
  }

  #body(route: string): string {
    if (this.#random.chance(0.1)) return JSON.stringify(this.#any(3)) ?? "";
    const parameters = this.#random.chance(0.9) ? this.#parameters(route) : this.#any(3);
    const cursor = this.#random.chance(0.5) ? null : this.#any(2);
    return JSON.stringify({ parameters, cursor });
  }

  /** Of the right form, with one thing wrong in it, or more. */
  #parameters(route: string): unknown {
    const selection = {
      words: this.#random.pick([["target"], ["bystande"], [], ["/(/"], ["/^target$/"]]),
      directory: this.#known.directory,
    };
    const words = { ...selection, words: selection.words.length === 0 ? ["nobody"] : selection.words };
    switch (route) {
      case "start":
        return [[this.#spec()], this.#spoiled({ ifRunning: "keep", updateEnv: false })];
      case "apply":
        return [
          [this.#spec()],
          this.#random.pick(["/nowhere", this.#any(1)]),
          this.#spoiled({ prune: false, dryRun: false }),
        ];
      case "restart":
        return [words, this.#spoiled({ how: "restart", parallel: false, shellEnv: null })];
      case "scale":
        return [words, this.#random.pick(["2", "+1", "-1", "1e9", "", "-0", "0x1", this.#any(1)])];
      case "signal":
        return [words, this.#random.pick(["CONT", "SIGCONT", "0", "-1", "KILL\0", this.#any(1)])];
      default:
        return this.#random.chance(0.5) ? [words] : [this.#spoiled(words)];
    }
  }

  #spec(): unknown {
    const { spec, directory } = this.#known;
    const whole = {
      ...spec,
      name: this.#random.pick(["target", "__proto__", "../x", "", "a/b", "n\0", "x".repeat(300)]),
      directory,
    };
    return this.#random.chance(0.9) ? this.#spoiled(whole) : this.#any(3);
  }

  /** One of its keys is missing or is something else; of what hangs below it, too. The bystander is never named. */
  #spoiled(value: object): unknown {
    const entries = Object.entries(value);
    if (entries.length === 0) return value;
    const [key, inside] = this.#random.pick(entries);
    const deeper =
      typeof inside === "object" && inside !== null && !Array.isArray(inside) && this.#random.chance(0.5);
    if (deeper) return { ...value, [key]: this.#spoiled(inside) };
    if (this.#random.chance(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== key));
    return { ...value, [key]: this.#any(2) };
  }

  #any(depth: number): unknown {
    const kind = this.#random.whole(0, depth > 0 ? 11 : 9);
    const small = [null, true, "", "target", 0, -1, 1e308, 0.5, "\0", "ä".repeat(100)];
    if (kind < 10) return small[kind];
    if (kind === 10) return Array.from({ length: this.#random.whole(0, 4) }, () => this.#any(depth - 1));
    return Object.fromEntries(
      Array.from({ length: this.#random.whole(0, 4) }, () => [
        this.#random.pick(["name", "words", "directory", "__proto__", "constructor", "length", "then"]),
        this.#any(depth - 1),
      ]),
    );
  }
}
