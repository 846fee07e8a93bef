// The page scrolls along with an answer that grows, as long as its reader wants that.
import { useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR_BOTTOM_PX = 60;

// Follow the end of the text only while the reader is there, and let go at the first scroll upwards.
export function useFollowing(scroller, column, found) {
  const [following, setFollowing] = useState(true);
  const state = useRef({ following: true, top: 0 });
  useLayoutEffect(() => {
    if (found) setFollowing((state.current.following = false));
  }, [found]);
  useEffect(() => {
    const box = scroller.current;
    const follow = () => state.current.following && (box.scrollTop = box.scrollHeight);
    const onScroll = () => {
      const away = box.scrollHeight - box.clientHeight - box.scrollTop;
      const upwards = box.scrollTop < state.current.top;
      state.current.top = box.scrollTop;
      const next = away <= NEAR_BOTTOM_PX || (state.current.following && !upwards);
      if (next !== state.current.following) setFollowing((state.current.following = next));
    };
    const observer = new ResizeObserver(follow);
    observer.observe(column.current);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, []);
  const jump = () => {
    setFollowing((state.current.following = true));
    scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  return [following, jump];
}
