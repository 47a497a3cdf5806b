import { clock } from "./clock";

/** One timer for every countdown on the page. Subscribers write text nodes; nothing renders. */
type Tick = (now: number) => void;
const ticks = new Set<Tick>();
let timer: ReturnType<typeof setTimeout> | undefined;

function beat(): void {
  const now = clock.now();
  ticks.forEach((tick) => {
    tick(now);
  });
  timer = setTimeout(beat, 1000 - (clock.now() % 1000) + 5);
}

export function onTick(tick: Tick): () => void {
  ticks.add(tick);
  tick(clock.now());
  if (timer === undefined) timer = setTimeout(beat, 1000 - (clock.now() % 1000) + 5);
  return () => {
    ticks.delete(tick);
    if (ticks.size === 0) {
      clearTimeout(timer);
      timer = undefined;
    }
  };
}
