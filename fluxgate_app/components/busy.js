import { useEffect, useState } from "react";

const ANSWER_TIMEOUT_MS = 15000;

// Busy from a press until the server has answered, which the changing number says, or does not for long.
export function useBusy(number) {
  const [busy, setBusy] = useState(false);
  useEffect(() => setBusy(false), [number]);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setBusy(false), ANSWER_TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  return [busy, setBusy];
}
