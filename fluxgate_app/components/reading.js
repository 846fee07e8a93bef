// What comes in while somebody reads waits until they look up: nothing moves under their eyes.
import { useEffect, useRef, useState } from "react";

const AT_THE_TOP_PX = 8;

const ids = (lines) => new Set(lines.map((line) => line.tracking_id));

function isReading(table) {
  const scroller = table.closest(".rows-place");
  const selection = document.getSelection();
  const isSelecting = selection && !selection.isCollapsed && table.contains(selection.anchorNode);
  return scroller.scrollTop > AT_THE_TOP_PX || isSelecting || table.tBodies[0].contains(document.activeElement);
}

export function useReading(table, now, isLive) {
  const [busy, setBusy] = useState(false);
  const held = useRef(now);
  useEffect(() => {
    const look = () => table.current && setBusy(isReading(table.current));
    const scroller = table.current.closest(".rows-place");
    const heard = ["selectionchange", "focusin", "focusout"];
    scroller.addEventListener("scroll", look, { passive: true });
    heard.forEach((name) => document.addEventListener(name, look));
    return () => {
      scroller.removeEventListener("scroll", look);
      heard.forEach((name) => document.removeEventListener(name, look));
    };
  }, []);

  const waits = (busy || !isLive) && now.opened === held.current.opened;
  if (!waits) held.current = now;
  const catchUp = () => {
    table.current.closest(".rows-place").scrollTop = 0;
    document.getSelection()?.removeAllRanges();
    if (table.current.contains(document.activeElement)) document.activeElement.blur();
    setBusy(false);
  };
  // The server has begun anew since, as too much had come: what is shown is all that there is for now.
  if (now.reading !== held.current.reading)
    return { ...held.current, waiting: "Many", isBehind: true, catchUp };
  const seen = ids(held.current.fresh);
  const fresh = now.fresh.filter((line) => seen.has(line.tracking_id));
  const count = now.fresh.length - fresh.length;
  return { lines: now.lines, fresh, waiting: count || "", isBehind: false, catchUp };
}
