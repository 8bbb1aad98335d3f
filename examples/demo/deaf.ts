/** Hangs, uses nothing, and does not listen when it is asked to end. */
import { announce, stayBounded } from "./bounds.ts";

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]) process.on(signal, () => {});
stayBounded();
announce();
