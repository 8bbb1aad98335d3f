/** `noOrphans` in bunfig.toml: Bun ends with whoever started it, and ends what it has started. */
import { join } from "node:path";
import { isRecord } from "../../text/json.ts";
import { typed } from "../../trust/typed.ts";
import { blockName, withBlock } from "../block.ts";
import { asItIs, type Edit, made, NOTHING, type Part } from "../edit.ts";
import { peek } from "../files.ts";
import type { ProjectFolder } from "../project.ts";
import { SetupRefusal } from "../refusal.ts";
import type { Undo } from "../undo.ts";

const FILE = "bunfig.toml";
const BLOCK = blockName("");
const LINE = "noOrphans = true";
const TABLE = /^[ \t]*\[[ \t]*run[ \t]*\][ \t]*(?:#.*)?(?:\r?\n|$)/mu;
/** The first Bun that knows the key. */
const SINCE = "1.3.14";

const bunKnowsNoOrphans = (): boolean => Bun.semver.order(Bun.version, SINCE) >= 0;

/** What the file says now; null: nothing. @throws SyntaxError where it is not TOML */
function saidIn(text: string): unknown {
  const value: unknown = Bun.TOML.parse(text);
  const run = isRecord(value) ? value["run"] : undefined;
  return isRecord(run) ? (run["noOrphans"] ?? null) : null;
}

function withLine(text: string): string {
  const table = TABLE.exec(text);
  const next =
    table === null
      ? withBlock(text, text.length, BLOCK, ["[run]", LINE])
      : withBlock(text, table.index + table[0].length, BLOCK, [LINE]);
  if (saidIn(next) === true) return next;
  throw new SyntaxError("the table [run] is written in another way");
}

export function noOrphans(project: ProjectFolder): Part {
  const path = join(project.root, FILE);
  const undo: Undo = { kind: "block", name: BLOCK };
  const edit: Edit = {
    path,
    what: LINE,
    add: (text) => {
      try {
        if (text === null) return { text: withLine(""), undo: [made(""), undo] };
        return saidIn(text) === null ? { text: withLine(text), undo: [undo] } : asItIs(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw new SetupRefusal(
          `${path} stays as it is (${error.message}). By hand: ${LINE} in its table [run].`,
        );
      }
    },
    marks: [made(""), undo],
  };
  const notes = bunKnowsNoOrphans()
    ? [
        "From now on Bun programs of this project end with whoever started them, those of nohup and `bun run` too.",
        "So start a monitor without `bun run`: npx bun-watchdog monitor --detach",
      ]
    : [`This Bun (${Bun.version}) does not know noOrphans yet: it takes ${SINCE} or newer.`];
  return { edits: [edit], notes };
}

/** One line for whoever has not chosen yet. */
export function noOrphansOffer(project: ProjectFolder): Part {
  const text = peek(join(project.root, FILE));
  if (!bunKnowsNoOrphans() || text.includes("noOrphans")) return NOTHING;
  return {
    edits: [],
    notes: [`Bun itself can end what is left behind: ${typed("setup --no-orphans")}`],
  };
}
