// The conversations in the sidebar: found, opened, renamed, pinned, archived, exported, deleted.
import { Archive, ArchiveRestore, ArrowLeft, Download, Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { SearchBox } from "./search_box.jsx";

const SEARCH = "chat-search";
const UNDO_MS = 8000;
const MENU_HEIGHT_PX = 232;
const MENU_WIDTH_PX = 184;

// Outside React, because another page builds the list anew.
const shown = { stamp: 0, until: 0 };

export function focusSearch() {
  if (window.matchMedia("(max-width: 760px)").matches) document.documentElement.dataset.drawer = "open";
  // A drawer is there only once it is drawn.
  requestAnimationFrame(() => document.getElementById(SEARCH)?.focus());
}

function useSearchKey() {
  useEffect(() => {
    const onKey = (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      focusSearch();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function useUndo({ id, stamp = 0 }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (stamp !== shown.stamp) Object.assign(shown, { stamp, until: Date.now() + UNDO_MS });
    const left = shown.until - Date.now();
    setOpen(Boolean(id) && left > 0);
    const timer = setTimeout(() => setOpen(false), left);
    return () => clearTimeout(timer);
  }, [id, stamp]);
  return open;
}

const step = { ArrowDown: 1, ArrowUp: -1 };

// In the browser's top layer: Escape and a press elsewhere close it, and the focus goes back to where it was.
const Menu = ({ at, children, onClose }) => {
  const box = useRef(null);
  useLayoutEffect(() => {
    box.current.showPopover();
    box.current.querySelector("[role=menuitem]").focus();
  }, []);
  const onKeyDown = (event) => {
    if (!step[event.key]) return;
    event.preventDefault();
    const items = [...box.current.querySelectorAll("[role=menuitem]")];
    items.at((items.indexOf(document.activeElement) + step[event.key]) % items.length).focus();
  };
  return (
    <div
      ref={box}
      popover="auto"
      role="menu"
      className="menu"
      style={{ left: at.left, top: at.top }}
      onKeyDown={onKeyDown}
      onClick={() => box.current.hidePopover()}
      onToggle={(event) => event.newState === "closed" && onClose()}
    >
      {children}
    </div>
  );
};

const Action = ({ icon: Icon, title, bad, onClick }) => (
  <button type="button" role="menuitem" className={bad ? "menu-item bad" : "menu-item"} onClick={onClick}>
    <Icon size={15} aria-hidden="true" />
    {title}
  </button>
);

const Export = ({ id, kind, title }) => (
  <a role="menuitem" className="menu-item" href={`/api/conversations/${id}/export?format=${kind}`} download>
    <Download size={15} aria-hidden="true" />
    {title}
  </a>
);

const Title = ({ title, onDone }) => {
  const field = useRef(null);
  const done = useRef(false);
  useEffect(() => field.current.select(), []);
  const end = (wanted) => {
    if (!done.current) onDone(wanted.trim() && wanted !== title ? wanted : null);
    done.current = true;
  };
  return (
    <input
      ref={field}
      className="input"
      defaultValue={title}
      maxLength={200}
      aria-label="Title"
      onBlur={(event) => end(event.target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        event.stopPropagation();
        if (event.key === "Enter") end(event.target.value);
        if (event.key === "Escape") end(title);
      }}
    />
  );
};

const Item = memo(({ chat, isHere, inArchive, isRenamed, isOpen, onMenu, onRenamed }) => (
  <li className={isHere ? "past-item open" : "past-item"}>
    {isRenamed ? (
      <Title title={chat.title} onDone={(title) => onRenamed(chat.id, title)} />
    ) : (
      <Link to={`/c/${chat.id}`} title={chat.title} data-testid="conversation-item">
        {chat.title}
        {chat.excerpt && <small>{chat.excerpt}</small>}
      </Link>
    )}
    {!isRenamed && (
      <button
        type="button"
        className="icon-button"
        aria-label={`Menu of ${chat.title}`}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={(event) => onMenu(chat, event.currentTarget.getBoundingClientRect())}
      >
        <Ellipsis size={16} aria-hidden="true" />
      </button>
    )}
  </li>
));

const Nothing = ({ words, inArchive }) => (
  <p className="past-empty">
    {words ? "Nothing was found." : inArchive ? "Nothing is archived." : "Your conversations will be here."}
  </p>
);

const Skeleton = () => (
  <div className="skeleton" aria-hidden="true">
    <i style={{ width: "70%" }} />
    <i style={{ width: "85%" }} />
    <i style={{ width: "60%" }} />
  </div>
);

export const Past = memo(
  ({ days, loaded, here, words, inArchive, hasMore, undo, onSearch, onRename, onPin, onArchive, onDelete, ...on }) => {
    const [menu, setMenu] = useState(null);
    const [renaming, setRenaming] = useState("");
    const undoing = useUndo(undo);
    useSearchKey();
    const onMenu = (chat, { right, bottom }) =>
      setMenu({
        chat,
        left: Math.max(8, Math.min(right - 28, window.innerWidth - MENU_WIDTH_PX - 8)),
        top: Math.max(8, Math.min(bottom + 4, window.innerHeight - MENU_HEIGHT_PX - 8)),
      });
    const onRenamed = (id, title) => {
      setRenaming("");
      if (title) onRename(id, title);
    };
    const { id, pinned } = menu?.chat ?? {};
    return (
      <>
        <div className="past-search">
          <SearchBox id={SEARCH} testId={SEARCH} value={words} placeholder="Search conversations" onSearch={onSearch} />
        </div>
        <nav className="past" aria-label="Conversations">
          {inArchive && (
            <button type="button" className="past-turn" onClick={() => on.onShowArchive(false)}>
              <ArrowLeft size={15} aria-hidden="true" />
              All conversations
            </button>
          )}
          {!loaded && <Skeleton />}
          {loaded && !days.length && <Nothing words={words} inArchive={inArchive} />}
          {days.map((day) => (
            <section key={day.title}>
              <h2>{day.title}</h2>
              <ul>
                {day.conversations.map((chat) => (
                  <Item
                    key={chat.id}
                    chat={chat}
                    isHere={chat.id === here}
                    isRenamed={chat.id === renaming}
                    isOpen={chat.id === id}
                    onMenu={onMenu}
                    onRenamed={onRenamed}
                  />
                ))}
              </ul>
            </section>
          ))}
          {hasMore && (
            <button type="button" className="past-turn" onClick={() => on.onMore()}>
              Show more
            </button>
          )}
          {loaded && !inArchive && !words && (
            <button type="button" className="past-turn" onClick={() => on.onShowArchive(true)}>
              <Archive size={15} aria-hidden="true" />
              Archived
            </button>
          )}
        </nav>
        {undoing && (
          <div className="undo" role="status">
            <span title={undo.title}>Deleted “{undo.title || "New chat"}”</span>
            <button type="button" className="button" onClick={() => on.onRestore(undo.id)}>
              Undo
            </button>
          </div>
        )}
        {menu && (
          <Menu key={id} at={menu} onClose={() => setMenu(null)}>
            <Action icon={Pencil} title="Rename" onClick={() => setRenaming(id)} />
            {!inArchive && (
              <Action icon={pinned ? PinOff : Pin} title={pinned ? "Unpin" : "Pin"} onClick={() => onPin(id, !pinned)} />
            )}
            <Action
              icon={inArchive ? ArchiveRestore : Archive}
              title={inArchive ? "Take back" : "Archive"}
              onClick={() => onArchive(id, !inArchive)}
            />
            <Export id={id} kind="md" title="Export Markdown" />
            <Export id={id} kind="json" title="Export JSON" />
            <Action icon={Trash2} title="Delete" bad onClick={() => onDelete(id)} />
          </Menu>
        )}
      </>
    );
  },
);
