/** Keeps everything it makes: 24 MB a second, and no more than 300 MB in all. */
import { announce, stayBounded } from "./bounds.ts";

const MIB = 1_048_576;
const [PIECE_MIB, MOST_MIB, EVERY_MS] = [6, 300, 250];

stayBounded();
const kept: Uint8Array[] = [];
setInterval(() => {
  // written to: memory that nobody has touched is not there yet
  if (kept.length * PIECE_MIB < MOST_MIB) kept.push(new Uint8Array(PIECE_MIB * MIB).fill(1));
}, EVERY_MS);
announce();
