/** Messages that no command of ours makes, for the manager's socket: each is answered, or its connection is closed. */
import { socketsOf } from "../../src/host/sockets.ts";
import { MANAGER, MANAGER_NAME } from "../../src/wire/manager.ts";
import type { Random } from "./random.ts";

/** A question that waits is cut off after this. */
const CUT_MS = 300;

const SCRAPS: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  "",
  "all",
  "/",
  "../..",
  "\0",
  true,
  [],
  [[]],
  {},
  { words: "all" },
  { words: ["/(/"], directory: "/" },
  { words: ["nobody"], directory: "/" },
  { ifRunning: "keep" },
  { name: "x", directory: "/", argv: [] },
  { toString: 1, __proto__: null },
];

const below = (random: Random, end: number): number => random.whole(0, end - 1);

const value = (random: Random, depth = 0): unknown => {
  const kind = below(random, depth > 3 ? 1 : 4);
  if (kind <= 1) return random.pick(SCRAPS);
  const size = below(random, 4);
  if (kind === 2) return Array.from({ length: size }, () => value(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, (_, at) => [
      random.pick(["words", "directory", "name", "argv", "instances", `k${at}`]),
      value(random, depth + 1),
    ]),
  );
};

/** Whether it was answered. `kill` and `stop` would be obeyed, and no question that is one is made. */
async function one(unix: string, random: Random): Promise<boolean> {
  const paths = [
    ...Object.keys(MANAGER.routes).filter((name) => name !== "kill"),
    "about",
    "nowhere",
    "a/b",
    "%00",
  ];
  const path = random.pick(paths);
  const bodies = [
    () => JSON.stringify({ parameters: [value(random), value(random)] }),
    () => JSON.stringify({ parameters: value(random), cursor: value(random) }),
    () => JSON.stringify(value(random)),
    () => JSON.stringify({ parameters: [] }).slice(0, below(random, 16)),
    () => "[".repeat(below(random, 50_000)),
    () => String.fromCodePoint(...Array.from({ length: below(random, 200) }, () => below(random, 256))),
    () => " ".repeat(17 * 1_024 ** 2),
  ];
  // the largest one is refused by its length, and need not be made often
  const body = random.pick(below(random, 40) === 0 ? bodies : bodies.slice(0, -1))();
  try {
    const response = await fetch(`http://service/${path}`, {
      unix,
      method: random.pick(["POST", "POST", "POST", "GET", "PUT"]),
      signal: AbortSignal.timeout(CUT_MS),
      ...(path === "about" ? {} : { method: "POST", body }),
    });
    await response.text();
    return true;
  } catch {
    return false;
  }
}

const garbage = (unix: string, random: Random): Promise<boolean> => {
  const bytes = Uint8Array.from({ length: below(random, 2_000) }, () => below(random, 256));
  return new Promise((resolve) => {
    void Bun.connect({
      unix,
      socket: {
        open: (socket) => {
          socket.write(bytes);
          socket.end();
        },
        data: () => {},
        close: () => resolve(false),
        error: () => resolve(false),
      },
    }).catch(() => resolve(false));
  });
};

/** How many of them were answered. */
export async function fuzzManager(count: number, random: Random): Promise<number> {
  const [unix] = socketsOf(MANAGER_NAME);
  if (unix === undefined) throw new Error("no manager listens");
  let answered = 0;
  for (let done = 0; done < count; done += 10) {
    const batch = Array.from({ length: 10 }, () =>
      below(random, 8) === 0 ? garbage(unix, random) : one(unix, random),
    );
    answered += (await Promise.all(batch)).filter(Boolean).length;
  }
  return answered;
}
