/** A dev server: meant to stay, however long it runs. */
import { announce, stayBounded } from "./bounds.ts";

stayBounded();
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
console.log("port", server.port);
announce();
