/**
 * `bun test/support/write-history.ts <history.db> <home> <processes> <days>`: a synthetic history that ends now, its
 * projects below <home>; for captures and for tries by hand.
 */
import { openHistory } from "../../src/history/store/open.ts";
import { WEEK, writeSyntheticHistory } from "./synthetic-history.ts";

/** The tables that name a project. */
const TABLES = ["jobs", "exits", "verdicts", "kills"];

const [path = "", home = "", processes = "", days = ""] = process.argv.slice(2);
using database = openHistory(path);
const options = { ...WEEK, processes: Number(processes), days: Number(days), endMs: Date.now() };
console.log(JSON.stringify(writeSyntheticHistory(database, options)));
for (const table of TABLES)
  database.query(`UPDATE ${table} SET project = replace(project, '/home/someone', ?)`).run(home);
