// Moments and spans of time in the viewer's words and zone.
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const said = (iso) => exact.format(new Date(iso));

// [how an address says it, how people do]
export const SPANS = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
  ["90d", "Last 90 days"],
  ["today", "Today"],
  ["yesterday", "Yesterday"],
  ["this-week", "This week"],
  ["last-week", "Last week"],
  ["this-month", "This month"],
  ["last-month", "Last month"],
];
const UNITS = { m: "minutes", h: "hours", d: "days", w: "weeks" };

export function span(name) {
  const known = SPANS.find(([written]) => written === name);
  return known ? known[1] : `Last ${name.slice(0, -1)} ${UNITS[name.slice(-1)] ?? ""}`;
}

export function between(since, until) {
  if (since && until) return `${said(since)} – ${said(until)}`;
  return since ? `Since ${said(since)}` : until ? `Before ${said(until)}` : "Any time";
}

// A field for date and time holds no zone: it shows the viewer's.
export function toField(iso) {
  if (!iso || Number.isNaN(Date.parse(iso))) return "";
  const moment = new Date(iso);
  return new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
export const fromField = (text) => (text ? new Date(text).toISOString() : "");
