// Formulas in answers: found in every way in which models write them, drawn by a library that is loaded with the first.
import { useEffect, useState } from "react";

const CODE = /(`+[^`]*`+)/;
// A single dollar is most often money: only what cannot be a sum counts.
const INLINE = /(?<![\\$\w])\$(?=[^\s$])([^$\n]*[\\^_={}+<>][^$\n]*|[A-Za-z]['!]?|[A-Za-z]\([^()$\n]*\))(?<=\S)\$(?![$\w])/g;
const ANY = /\$\$|\\\(|\\\[/;
const OPTIONS = { output: "mathml", throwOnError: false, strict: "ignore", maxSize: 20, maxExpand: 200 };

let loaded = null;

async function load() {
  const [remark, rehype] = await Promise.all([import("remark-math"), import("rehype-katex")]);
  loaded = { remark: [[remark.default, { singleDollarTextMath: false }]], rehype: [[rehype.default, OPTIONS]] };
  return loaded;
}

// The same text with all formulas between two dollars, as the library wants them; null when there is none.
export function withMaths(text) {
  let found = false;
  const dollars = (all, formula) => {
    found = true;
    return `$$${formula}$$`;
  };
  const told = text.split(CODE).map((part, index) => {
    if (index % 2) return part;
    found ||= ANY.test(part);
    return part
      .replace(/\\\[([^]*?)\\\]/g, (all, formula) => dollars(all, `\n${formula.trim()}\n`))
      .replace(/\\\((.*?)\\\)/g, dollars)
      .replace(INLINE, dollars);
  });
  return found ? told.join("") : null;
}

// What draws formulas, null until it is there or while there is nothing to draw.
export function useMaths(isWanted) {
  const [tools, setTools] = useState(loaded);
  useEffect(() => {
    if (!isWanted || tools) return undefined;
    let gone = false;
    load().then((found) => gone || setTools(found));
    return () => {
      gone = true;
    };
  }, [isWanted]);
  return isWanted ? tools : null;
}
