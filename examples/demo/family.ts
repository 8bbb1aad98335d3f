/**
 * Three children that are replaced whenever one of them ends, at most a dozen times. A plain `kill` of the parent
 * leaves them behind; a `kill` of a child brings another one.
 */
import { announce, stayBounded } from "./bounds.ts";

const [CHILDREN, MOST_STARTS] = [3, 15];
const ROLE = "child";

let starts = 0;
function startChild(): number {
  starts++;
  const child = Bun.spawn([process.execPath, "family.ts", ROLE], { stdio: ["ignore", "ignore", "inherit"] });
  void child.exited.then(() => (starts < MOST_STARTS ? startChild() : 0));
  return child.pid;
}

stayBounded();
if (process.argv[2] !== ROLE) announce(...Array.from({ length: CHILDREN }, startChild));
