// Only the end of a long conversation is drawn, and more of it as the reader comes near its beginning.
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { epoch, messageIds, subscribe } from "./messages.js";

const AT_FIRST = 40;
const MORE = 60;
const AROUND = 10;
const NEAR_TOP_PX = 800;

function firstOf(ids, found) {
  const end = Math.max(0, ids.length - AT_FIRST);
  return found && ids.includes(found) ? Math.min(end, Math.max(0, ids.indexOf(found) - AROUND)) : end;
}

// The ids to draw, how many stand before them, and what draws more of those where the reader stays at what they read.
// What was searched for is among them.
export function useWindow(scroller, found) {
  const ids = useSyncExternalStore(subscribe, messageIds);
  const opened = useSyncExternalStore(subscribe, epoch);
  const [seen, setSeen] = useState({ opened, start: 0 });
  const height = useRef(0);
  // An answer that comes in later moves nothing.
  const start = seen.opened === opened ? seen.start : firstOf(ids, found);
  useEffect(() => setSeen({ opened, start }), [opened]);
  const showMore = () => {
    height.current = scroller.current.scrollHeight;
    setSeen({ opened, start: Math.max(0, start - MORE) });
  };
  useLayoutEffect(() => {
    if (height.current) scroller.current.scrollTop += scroller.current.scrollHeight - height.current;
    height.current = 0;
  }, [start]);
  useEffect(() => {
    const box = scroller.current;
    if (!start) return undefined;
    const onScroll = () => box.scrollTop < NEAR_TOP_PX && showMore();
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => box.removeEventListener("scroll", onScroll);
  }, [start, opened]);
  return [ids.slice(start), start, showMore];
}
