/**
 * A program that shows its heap, its collections and its event-loop lag on the page of the watchdog, for ten minutes.
 *
 *     bunx bun-watchdog dashboard
 *     bun run examples/on-the-page.ts
 */
import { ProcessController, registerWithWatchdog } from "bun-watchdog/runtime";

const controller = new ProcessController();
const registration = registerWithWatchdog({ name: "an example", controller });

const held: Uint8Array[] = [];
setInterval(() => {
  held.push(new Uint8Array(2 ** 20));
  if (held.length > 50) held.length = 0;
}, 200);
setInterval(() => console.log(registration.trouble ?? registration.state), 5_000);
setTimeout(() => process.exit(), 600_000);
