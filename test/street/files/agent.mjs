// A coding agent, as far as its plugins can see: it starts one over pipes, keeps both open, and lives on. Run by node.
import { spawn } from "node:child_process";
const [command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
server.stdout.resume();
server.on("exit", (code) => process.exit(code ?? 1));
setInterval(() => {}, 60_000);
