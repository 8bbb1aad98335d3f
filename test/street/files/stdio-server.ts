// Answers each line of its standard input with one line, and waits for the next.
import { createInterface } from "node:readline";
createInterface({ input: process.stdin }).on("line", (line) => console.log(line));
setInterval(() => {}, 60_000);
