/** How often a matcher that tries one way after the other may have to: at most `ways` × length ^ `power` for each start. */
import type { Node } from "./parse.ts";

export interface Cost {
  readonly ways: number;
  /** Of parts whose length is open, in one try; Infinity for one inside another. */
  readonly power: number;
}

const NONE: Cost = { ways: 1, power: 0 };

const both = (one: Cost, other: Cost): Cost => ({
  ways: one.ways * other.ways,
  power: one.power + other.power,
});

export function costOf(node: Node): Cost {
  switch (node.kind) {
    case "character":
    case "assertion":
      return NONE;
    case "backreference":
      return { ways: 1, power: 1 };
    case "special":
      return costOf(node.body);
    case "sequence":
      return node.parts.map(costOf).reduce(both, NONE);
    case "choice": {
      const costs = node.among.map(costOf);
      return {
        ways: costs.reduce((sum, { ways }) => sum + ways, 0),
        power: Math.max(...costs.map(({ power }) => power)),
      };
    }
    case "repeat":
      return repeated(costOf(node.body), node);
  }
}

function repeated(body: Cost, { least, most }: { readonly least: number; readonly most: number }): Cost {
  const isFixed = least === most;
  if (most <= 1) return isFixed ? body : { ways: body.ways + 1, power: body.power };
  if (body.ways > 1 || body.power > 0) return { ways: 1, power: Infinity };
  return isFixed ? NONE : { ways: 1, power: 1 };
}
