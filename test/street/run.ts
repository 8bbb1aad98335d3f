/**
 * `npm run street [-- part of a name…]`: the programs that people really run, and runaways beside them, under the
 * default limits with their times scaled. Exit 1 when a neighbour dies that no row of the docs names, or a runaway lives.
 */
import { namespaceUnavailable } from "../support/namespace.ts";
import { chosen, playStreet } from "./play.ts";
import { neighbours } from "./street.ts";

const isNeighbour = (name: string): boolean => neighbours.some((neighbour) => neighbour.name === name);

async function main(texts: readonly string[]): Promise<number> {
  const unavailable = namespaceUnavailable();
  if (unavailable !== null) {
    console.error(`The street needs PID namespaces: ${unavailable}`);
    return 1;
  }
  const { playable, skipped } = chosen(texts);
  const endings = await playStreet(playable);
  for (const { name, wrong, rules } of endings)
    console.log(
      `${wrong === null ? "right" : "WRONG"}  ${name.padEnd(40)} ${wrong ?? [...new Set(rules)].join(", ")}`,
    );
  for (const skip of skipped) console.log(`skipped: ${skip}`);
  const wrong = endings.filter((ending) => ending.wrong !== null);
  console.log(
    `street         ${endings.filter(({ name }) => isNeighbour(name)).length} neighbours, ${endings.filter(({ name }) => !isNeighbour(name)).length} runaways: ` +
      `${wrong.filter(({ name }) => isNeighbour(name)).length} neighbours wronged, ${wrong.filter(({ name }) => !isNeighbour(name)).length} runaways left, ${skipped.length} skipped`,
  );
  return wrong.length === 0 && endings.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
