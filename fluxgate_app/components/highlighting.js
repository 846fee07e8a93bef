// Colours for finished code, by a library that is loaded with the first block that can have some.
import { createElement, useEffect, useState } from "react";

const LONGEST = 20000;

let loading = null;

const load = () => (loading ??= import("lowlight").then(({ common, createLowlight }) => createLowlight(common)));

const drawn = (nodes) =>
  nodes.map((node, index) =>
    node.type === "text"
      ? node.value
      : createElement("span", { key: index, className: node.properties.className.join(" ") }, ...drawn(node.children)),
  );

const isSelected = (box) => {
  const selection = document.getSelection();
  return !selection.isCollapsed && selection.containsNode(box, true);
};

// The code in coloured pieces, null for none: it is not finished, too long, in an unknown language, or selected.
export function useColours(box, code, language, unfinished) {
  const [pieces, setPieces] = useState(null);
  const isWanted = !unfinished && language && code.length <= LONGEST;
  useEffect(() => {
    if (!isWanted) return undefined;
    let gone = false;
    load().then((colours) => {
      if (gone || !colours.registered(language) || isSelected(box.current)) return;
      setPieces(drawn(colours.highlight(language, code).children));
    });
    return () => {
      gone = true;
    };
  }, [isWanted, code, language]);
  return isWanted ? pieces : null;
}
