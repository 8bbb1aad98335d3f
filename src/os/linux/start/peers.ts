/** Who is at the other end of a socket, and which process that is. */
export { peerOf } from "../files/peer.ts";
export { livingId } from "../proc/process-id.ts";
