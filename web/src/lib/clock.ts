/** The server's clock, as far as the pings know it. Countdowns use this and never the local clock alone. */
let offset = 0;
let bestRoundTrip = Number.POSITIVE_INFINITY;

export const clock = {
  now: (): number => Date.now() + offset,
  offset: (): number => offset,
  /** The sample with the shortest round trip is the most honest; old ones fade so drift is followed. */
  sample(serverTime: number, sentAt: number, receivedAt: number): void {
    const roundTrip = receivedAt - sentAt;
    if (roundTrip <= bestRoundTrip * 1.5) {
      offset = serverTime - (sentAt + receivedAt) / 2;
      bestRoundTrip = roundTrip;
    } else {
      bestRoundTrip *= 1.1;
    }
  },
  reset(): void {
    offset = 0;
    bestRoundTrip = Number.POSITIVE_INFINITY;
  },
};
