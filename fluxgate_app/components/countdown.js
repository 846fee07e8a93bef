import { useEffect, useState } from "react";

// Whole seconds until something that was `seconds` away when `stamp` changed.
export function useCountdown(seconds, stamp) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = performance.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    tick();
    if (!seconds) return undefined;
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [seconds, stamp]);
  return left;
}
