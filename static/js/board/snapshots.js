// The board's snapshots over the socket, for days on end.

import { io } from "../../vendor/socket.io.esm.min.js";

const STALE_AFTER = 5000;
const LOOK_EVERY = 500;

/**
 * Be told of each snapshot, and when there has been none for five seconds.
 * @param {{onSnapshot: (snapshot: any) => void, onStale: () => void}} told
 */
export function watch({ onSnapshot, onStale }) {
  let last = performance.now();
  let isStale = false;
  const socket = io("/board", {
    transports: ["websocket", "polling"], tryAllTransports: true, autoConnect: false,
    reconnectionDelay: 250, reconnectionDelayMax: 1500, randomizationFactor: 0.3, timeout: 3000,
  });
  // Where websockets hang or throw instead of failing, the next try begins with polling.
  socket.io.on("reconnect_attempt", (tries) => {
    socket.io.opts.transports = tries % 2 ? ["polling", "websocket"] : ["websocket", "polling"];
  });
  // The first snapshot comes before the page's own `connect`.
  socket.on("board", (snapshot) => {
    last = performance.now();
    isStale = false;
    onSnapshot(snapshot);
  });
  socket.connect();

  setInterval(() => {
    const silence = performance.now() - last;
    if (silence < STALE_AFTER) return;
    if (!isStale) onStale();
    isStale = true;
    // A connection that was refused, or that the server ended, is not tried again by itself.
    if (!socket.active) socket.connect();
    // One that stands and says nothing is dead: a router that fell asleep.
    else if (socket.connected && silence > 3 * STALE_AFTER) {
      socket.disconnect().connect();
      last = performance.now() - STALE_AFTER;
    }
  }, LOOK_EVERY);
}
