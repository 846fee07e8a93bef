// The messages of the open conversation, kept in the browser: the server sends only what changed.
//
// A feed is {epoch, updates}. An update with `messages` is the whole conversation and begins an epoch; one with `message`
// adds or changes a message, whose `length` says how long its text must be by then. A piece is {at, text}: more of the
// answer that is being written, from its character `at` on.
import { blocksOf } from "./blocks.js";

// Outside React, because moving from "/" to "/c/<id>" builds the page anew in the middle of a reply.
const open = { epoch: "", revision: 0, lost: false, gap: false, ids: [], messages: new Map(), listeners: new Set() };

export function subscribe(listener) {
  open.listeners.add(listener);
  return () => open.listeners.delete(listener);
}

export const messageIds = () => open.ids;
export const messageOf = (id) => open.messages.get(id);
export const epoch = () => open.epoch;
export const isOpen = () => open.epoch !== "";
export const lastMessage = () => open.messages.get(open.ids.at(-1));
export const lastAnswer = () => messageOf(open.ids.findLast((id) => messageOf(id).role === "assistant"));

function tell() {
  for (const listener of open.listeners) listener();
}

// Read again from one block before the first that changed: what arrives can still join the block before it.
function withBlocks(message, from) {
  const before = message.blocks ?? [];
  const changed = before.findIndex((block) => block.end >= from);
  const kept = before.slice(0, Math.max(0, (changed < 0 ? before.length : changed) - 1));
  const start = kept.at(-1)?.end ?? 0;
  const fresh = blocksOf(message.text, start, before[kept.length]?.head);
  for (const block of fresh) block.text = block.head + message.text.slice(block.start, block.end);
  return { ...message, blocks: kept.concat(fresh) };
}

function put(message) {
  const known = open.messages.get(message.id);
  const whole = { ...known, ...message };
  open.messages.set(message.id, whole.role === "assistant" && "text" in message ? withBlocks(whole, 0) : whole);
  if (!known) open.ids = [...open.ids, message.id];
}

function begin(epoch, update) {
  Object.assign(open, { epoch, revision: update.revision, lost: false, gap: false, ids: [], messages: new Map() });
  update.messages.forEach(put);
}

function take(epoch, update) {
  if (update.messages) {
    if (epoch !== open.epoch) begin(epoch, update);
  } else if (epoch !== open.epoch || update.revision > open.revision + 1) {
    open.lost = true;
  } else if (update.revision === open.revision + 1) {
    open.revision = update.revision;
    put(update.message);
  }
}

// Take in what the server sent, in any order and as often as it likes.
export function takeFeed({ epoch = "", updates = [] }) {
  if (!epoch && open.epoch) begin("", { revision: 0, messages: [] });
  for (const update of updates) take(epoch, update);
  tell();
}

// Add to the last answer. A piece that was here before is passed over.
export function takePiece({ at = 0, text = "" }) {
  const message = lastMessage();
  const length = message?.text.length;
  if (message?.role !== "assistant" || at + text.length <= length) return;
  open.gap = at > length;
  if (open.gap) return;
  open.messages.set(message.id, withBlocks({ ...message, text: message.text.slice(0, at) + text }, length));
  tell();
}

// From which character of the last answer on something is missing: -1 when whole messages are, null when nothing is.
export function missingFrom() {
  if (open.lost) return -1;
  const message = lastMessage();
  const isShort = message && (open.gap || (message.length ?? 0) > message.text.length);
  return isShort ? message.text.length : null;
}
