/** `bun-watchdog/runtime`: what programs of others may import. */
export { type AutomaticGCOptions, type ControllerOptions, ProcessController } from "./controller.ts";
export { type BufferKind, type BufferOptions, type BufferTiming, measureBuffers } from "./buffers.ts";
export { type LibraryCall, callSystemLibraries } from "./libraries.ts";
export { registerWithWatchdog } from "./registration/register.ts";
export type { PageRegistration, PageRegistrationOptions } from "./registration/registration.ts";
export type { ProcessEventOptions } from "./ending.ts";
export type { GCStats, ProcessMetrics } from "../core/program/metrics.ts";
export type { SystemInfo } from "./system-info.ts";
export type { EndingCause } from "../core/program/ending.ts";
