// A model's words as a page: markdown without raw HTML, in blocks of which only the last is drawn again.
import { memo, useRef } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { mended } from "./blocks.js";
import { Copy } from "./copy.jsx";
import { useColours } from "./highlighting.js";
import { useMaths, withMaths } from "./maths.js";
import { useTexts } from "../texts/texts.js";

// Raw HTML is shown as the text it is.
const htmlAsText = () => (tree) => spell(tree);

function spell(node) {
  node.children?.forEach((child, index) => {
    const text = { type: "text", value: child.value };
    if (child.type !== "html") spell(child);
    else node.children[index] = node.type === "paragraph" ? text : { type: "paragraph", children: [text] };
  });
}

const PLUGINS = [remarkGfm, htmlAsText];
const CODE_LINES = 60;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;

function address(href, kinds) {
  try {
    const url = new URL(href, window.location.origin);
    return kinds.includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

// The title shows the address a browser will really go to, in ASCII: a look-alike name gives itself away.
function Anchor({ href, children }) {
  const url = href && address(href, ["http:", "https:", "mailto:"]);
  if (!url) return <span>{children}</span>;
  return (
    <a href={url.href} title={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

// An image from elsewhere would tell its host who reads this: it becomes a link.
function Picture({ src, alt }) {
  const own = src && (PICTURE.test(src) || address(src, ["http:", "https:"])?.origin === window.location.origin);
  return own ? <img src={src} alt={alt ?? ""} loading="lazy" /> : <Anchor href={src}>{alt || "image"} ↗</Anchor>;
}

// What is done and what is to do is said in words, too.
const Task = ({ checked }) => {
  const say = useTexts();
  return <input type="checkbox" checked={checked} disabled aria-label={checked ? say.done : say.toDo} />;
};

const Table = ({ children }) => {
  const say = useTexts();
  return (
    <div className="md-table" tabIndex={0} role="region" aria-label={say.table}>
      <table>{children}</table>
    </div>
  );
};

const COMPONENTS = {
  a: ({ href, children }) => <Anchor href={href}>{children}</Anchor>,
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  input: ({ checked }) => <Task checked={Boolean(checked)} />,
  table: ({ children }) => <Table>{children}</Table>,
};

// Each element decides for itself what an address may be, see Anchor and Picture.
const keepUrl = (url) => url;

const CodeLines = memo(({ text }) => <span className="md-lines">{text}</span>);

const Code = ({ text, unfinished }) => {
  const say = useTexts();
  const box = useRef(null);
  const [, language, body] = /^ {0,3}(?:`{3,}|~{3,})[ \t]*([^\n`]*)\n?([^]*)$/.exec(text) ?? [null, "", text];
  const lines = body.replace(/(?:^|\n) {0,3}(?:`{3,}|~{3,})[ \t]*\n*$/, "\n").replace(/\n+$/, "").split("\n");
  const name = language.trim().split(/\s/)[0];
  const colours = useColours(box, lines.join("\n"), name.toLowerCase(), unfinished);
  const parts = [];
  for (let at = 0; at < lines.length; at += CODE_LINES) parts.push(lines.slice(at, at + CODE_LINES).join("\n"));
  return (
    <div className="md-code">
      {name && <div className="md-language">{name}</div>}
      <Copy title={say.copyCode} className="icon-button md-copy" textOf={() => lines.join("\n")} />
      <pre tabIndex={0}>
        <code ref={box}>
          {colours ? <span className="md-lines">{colours}</span> : parts.map((part, index) => <CodeLines key={index} text={part} />)}
        </code>
      </pre>
    </div>
  );
};

const Prose = ({ text }) => {
  const formulas = withMaths(text);
  const maths = useMaths(formulas !== null);
  return (
    <ReactMarkdown
      remarkPlugins={maths ? [...PLUGINS, ...maths.remark] : PLUGINS}
      rehypePlugins={maths?.rehype}
      components={COMPONENTS}
      urlTransform={keepUrl}
    >
      {maths ? formulas : text}
    </ReactMarkdown>
  );
};

// One that broke off is mended like one that is still being written, and then is not written any more.
export const Block = memo(({ text, kind, unfinished, broken }) =>
  kind === "code" ? (
    <Code text={text} unfinished={unfinished} />
  ) : (
    <Prose text={unfinished || broken ? mended(text) : text} />
  ),
);
