// Cut growing markdown into top-level blocks, so that only the last one is read again when text arrives.

const LONG_LIST = 3000;
const LONG_TABLE = 4000;
const LONG_PARAGRAPH = 4000;

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const INNER_FENCE = /^\s*(?:[-*+]|\d{1,9}[.)])?\s*(`{3,}|~{3,})/;
const ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;
const BLANK = /^\s*$/;

function kindOf(line) {
  if (FENCE.test(line)) return "code";
  if (ITEM.test(line)) return "list";
  if (HEADING.test(line)) return "heading";
  if (line.startsWith("|")) return "table";
  return "text";
}

function closes(line, fence) {
  const mark = line.trim();
  return mark.length >= fence.length && mark === fence[0].repeat(mark.length);
}

// Whether `line` begins a new block after `block`, `gap` telling of a blank line between them.
function isBoundary(block, line, gap, length) {
  if (block.kind === "list") {
    if (ITEM.test(line)) return length > LONG_LIST;
    if (/^\s/.test(line)) return false;
    return gap || FENCE.test(line) || HEADING.test(line);
  }
  if (gap || block.kind === "heading") return true;
  if (block.kind === "table") return length > LONG_TABLE;
  return FENCE.test(line) || HEADING.test(line) || length > LONG_PARAGRAPH;
}

// One long line is cut at a space, so that even a line of 100,000 characters stays many small blocks.
function cutLine(text, start, end) {
  const space = text.lastIndexOf(" ", start + LONG_PARAGRAPH);
  return space > start && space < end ? space + 1 : Math.min(start + LONG_PARAGRAPH, end);
}

// The blocks of `text` from `from` on: {start, end, kind, head}, `head` the heading rows a cut table repeats.
export function blocksOf(text, from = 0, head = "") {
  const blocks = [];
  let block = null;
  let fence = null;
  let gap = false;
  const open = (start, kind, repeated = "") => blocks.push((block = { start, end: start, kind, head: repeated }));
  for (let at = from; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    let end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, newline < 0 ? end : newline);
    if (fence) {
      if (closes(line, fence)) fence = null;
      block.end = end;
      if (!fence && block.kind === "code") block = null;
    } else if (BLANK.test(line)) {
      gap = true;
      if (block) block.end = end;
    } else {
      if (!block) open(at, kindOf(line), blocks.length ? "" : head);
      else if (isBoundary(block, line, gap, at - block.start)) {
        const repeated = block.kind === "table" && !gap ? block.head || firstRows(text, block.start) : "";
        open(at, kindOf(line), repeated);
      }
      gap = false;
      const opening = (block.kind === "list" ? INNER_FENCE : FENCE).exec(line);
      if (opening) fence = opening[1];
      const cut = block.kind === "text" && line.length > LONG_PARAGRAPH;
      block.end = end = cut ? cutLine(text, at, end) : end;
      if (cut) block = null;
    }
    at = end;
  }
  return blocks;
}

function firstRows(text, start) {
  const second = text.indexOf("\n", text.indexOf("\n", start) + 1);
  return text.slice(start, second + 1);
}

// Make the unfinished end of a reply look finished: close what is open, hide half of a link.
export function mended(text) {
  if ((text.match(/^\s*(?:```|~~~)/gm) ?? []).length % 2) return text;
  const line = text.slice(text.lastIndexOf("\n") + 1);
  if (/^\s*[-=]+$/.test(line) && line.length < text.length) return text.slice(0, -line.length);
  let whole = text.replace(/!?\[([^\]\n]*)\]\([^)\n]*$/, "$1").replace(/(^|[^\\])!?\[([^\]\n]{2,})$/, "$1$2");
  if ((whole.match(/`/g) ?? []).length % 2) whole += "`";
  else if ((whole.match(/\*\*/g) ?? []).length % 2) whole = whole.endsWith("**") ? whole.slice(0, -2) : closed(whole);
  return whole.startsWith("|") ? withRule(whole) : whole;
}

function closed(text) {
  const bare = text.replace(/\*$/, "").trimEnd();
  return `${bare}**`;
}

// A table is one only with its second row: complete the row while it is being written.
function withRule(text) {
  const [first, second, ...rest] = text.split("\n");
  if (second === undefined || rest.length || !/^[|\s:-]*$/.test(second)) return text;
  const columns = first.replace(/^\||\|\s*$/g, "").split("|").length;
  return `${first}\n|${" --- |".repeat(columns)}`;
}
