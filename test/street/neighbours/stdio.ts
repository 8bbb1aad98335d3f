/** Plugins, MCP and language servers: they serve a living parent over their standard input, whatever their name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Neighbour } from "../neighbour.ts";

const server = readFileSync(join(import.meta.dir, "../files/stdio-server.ts"), "utf8");

/** A coding agent (node) holds the other end of both pipes. */
const underAgent = (name: string, command: string, more: Partial<Neighbour> = {}): Neighbour => ({
  name,
  at: "project",
  because: "serves over standard input",
  needs: ["node", "packages"],
  start: `exec node "$STREET_FILES/agent.mjs" ${command}`,
  processes: 1,
  ...more,
});

export const stdioServers: readonly Neighbour[] = [
  underAgent("notes.ts as MCP server", "bun notes.ts", { needs: ["node"], files: { "notes.ts": server } }),
  underAgent("bun run --cwd start as MCP server", "bun run --cwd plugin --silent start", {
    needs: ["node"],
    files: { "plugin/package.json": `{"scripts":{"start":"bun server.ts"}}`, "plugin/server.ts": server },
    processes: 2,
  }),
  underAgent("MCP server of another folder", "bun notes.ts", {
    needs: ["node"],
    at: "elsewhere",
    files: { "notes.ts": server },
  }),
  underAgent("mcp filesystem", "bun --bun mcp-server-filesystem ."),
  underAgent("pyright-langserver", "bun --bun pyright-langserver --stdio"),
  underAgent("vtsls", "bun --bun vtsls --stdio"),
  underAgent("bash-language-server", "bun --bun bash-language-server start"),
  underAgent("astro-ls", "bun --bun astro-ls --stdio"),
  underAgent("claude mcp serve", "claude mcp serve", { because: "compiled" }),
];
