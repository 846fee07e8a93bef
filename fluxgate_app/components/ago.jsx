// A moment as people say it, "12 s ago", exact on hover; all on a page are renewed by one timer.
import { useSyncExternalStore } from "react";

const listeners = new Set();
let now = Date.now();
let timer;

function subscribe(listener) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((tell) => tell());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) timer = clearInterval(timer);
  };
}

const DAY = 86400;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", year: "numeric" });

function words(then) {
  const seconds = Math.max(0, Math.round((Math.max(now, Date.now()) - then) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 7 * DAY) return `${Math.floor(seconds / DAY)} d ago`;
  return (then.getFullYear() === new Date(now).getFullYear() ? day : dayOfYear).format(then);
}

export const Ago = ({ at, full }) => {
  const then = new Date(at);
  const said = useSyncExternalStore(subscribe, () => (at ? words(then) : ""));
  if (!at) return null;
  return (
    <time dateTime={at} title={exact.format(then)}>
      {full ? `${exact.format(then)} (${said})` : said}
    </time>
  );
};
