import { useEffect, useState } from "react";

// Whether the page has come to life: before that, what is typed into it could be lost, and a press does nothing.
export function useReady() {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  return ready;
}
