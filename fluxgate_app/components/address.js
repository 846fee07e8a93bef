// The address of a page is what it shows: whatever changes it goes this way, so that Back and a link bring it again.
import { useLocation, useNavigate } from "react-router";
import { useReady } from "./ready.js";

const PLACE_IN_LIST = ["limit", "cursor"];
// How a table looks, which says nothing of what is asked for.
const LOOKS = ["columns", "density"];

export function useAddress() {
  const { pathname, search } = useLocation();
  // The page was built before anybody asked for anything, and begins like that.
  const ready = useReady();
  const navigate = useNavigate();
  const all = [...new URLSearchParams(ready ? search : "")].filter(([name]) => !PLACE_IN_LIST.includes(name));
  const pairs = all.filter(([name]) => !LOOKS.includes(name));
  const go = (query, options) => navigate(query ? `${pathname}?${query}` : pathname, options);
  const change = (names, added, options) => {
    // `name.in` is another way to write several values of `name`.
    const kept = all.filter(([name]) => !names.includes(name.replace(/\.in$/, "")));
    go(new URLSearchParams([...kept, ...added]).toString(), options);
  };
  return {
    pairs,
    query: new URLSearchParams(pairs).toString(),
    whole: new URLSearchParams(all).toString(),
    looks: new Map(all.filter(([name]) => LOOKS.includes(name))),
    change,
    go,
  };
}

// What the server says it has read for is compared in one spelling.
export const sameQuery = (one, other) => `${new URLSearchParams(one)}` === `${new URLSearchParams(other)}`;
