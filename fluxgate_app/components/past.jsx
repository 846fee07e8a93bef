// The conversations in the sidebar: found, opened, renamed, pinned, archived, exported, shared, deleted.
import { Archive, ArchiveRestore, ArrowLeft, Download, Ellipsis, Pencil, Pin, PinOff, Share2, Trash2 } from "lucide-react";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useTexts } from "../texts/texts.js";
import { SearchBox } from "./search_box.jsx";

const SEARCH = "chat-search";
const UNDO_MS = 8000;
const MENU_HEIGHT_PX = 264;
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
  const say = useTexts();
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
      aria-label={say.title}
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

const Item = memo(({ chat, isHere, isRenamed, isOpen, say, onMenu, onRenamed }) => (
  <li className={isHere ? "past-item open" : "past-item"}>
    {isRenamed ? (
      <Title title={chat.title} onDone={(title) => onRenamed(chat.id, title)} />
    ) : (
      <Link to={chat.found ? `/c/${chat.id}?message=${chat.found}` : `/c/${chat.id}`} title={chat.title} data-testid="conversation-item">
        {chat.title}
        {chat.excerpt && <small>{chat.excerpt}</small>}
      </Link>
    )}
    {!isRenamed && (
      <button
        type="button"
        className="icon-button"
        aria-label={say.menuOf(chat.title)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={(event) => onMenu(chat, event.currentTarget.getBoundingClientRect())}
      >
        <Ellipsis size={16} aria-hidden="true" />
      </button>
    )}
  </li>
));

const Nothing = ({ words, inArchive, say }) => (
  <p className="past-empty">
    {words ? say.nothingFound : inArchive ? say.nothingArchived : say.noConversations}
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
    const say = useTexts();
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
          <SearchBox id={SEARCH} testId={SEARCH} value={words} placeholder={say.searchConversations} onSearch={onSearch} />
        </div>
        <nav className="past" aria-label={say.conversations}>
          {inArchive && (
            <button type="button" className="past-turn" onClick={() => on.onShowArchive(false)}>
              <ArrowLeft size={15} aria-hidden="true" />
              {say.allConversations}
            </button>
          )}
          {!loaded && <Skeleton />}
          {loaded && !days.length && <Nothing words={words} inArchive={inArchive} say={say} />}
          {days.map((day) => (
            <section key={day.title}>
              <h2>{say.day(day.title)}</h2>
              <ul>
                {day.conversations.map((chat) => (
                  <Item
                    key={chat.id}
                    chat={chat}
                    isHere={chat.id === here}
                    isRenamed={chat.id === renaming}
                    isOpen={chat.id === id}
                    say={say}
                    onMenu={onMenu}
                    onRenamed={onRenamed}
                  />
                ))}
              </ul>
            </section>
          ))}
          {hasMore && (
            <button type="button" className="past-turn" onClick={() => on.onMore()}>
              {say.showMore}
            </button>
          )}
          {loaded && !inArchive && !words && (
            <button type="button" className="past-turn" onClick={() => on.onShowArchive(true)}>
              <Archive size={15} aria-hidden="true" />
              {say.archived}
            </button>
          )}
        </nav>
        {undoing && (
          <div className="undo" role="status">
            <span title={undo.title}>{say.deleted(undo.title || say.newChat)}</span>
            <button type="button" className="button" onClick={() => on.onRestore(undo.id)}>
              {say.undo}
            </button>
          </div>
        )}
        {menu && (
          <Menu key={id} at={menu} onClose={() => setMenu(null)}>
            <Action icon={Pencil} title={say.rename} onClick={() => setRenaming(id)} />
            {!inArchive && (
              <Action icon={pinned ? PinOff : Pin} title={pinned ? say.unpin : say.pin} onClick={() => onPin(id, !pinned)} />
            )}
            <Action
              icon={inArchive ? ArchiveRestore : Archive}
              title={inArchive ? say.takeBack : say.archive}
              onClick={() => onArchive(id, !inArchive)}
            />
            <Action icon={Share2} title={say.share} onClick={() => on.onShare(id, window.location.pathname)} />
            <Export id={id} kind="md" title={say.exportMarkdown} />
            <Export id={id} kind="json" title={say.exportJson} />
            <Action icon={Trash2} title={say.remove} bad onClick={() => onDelete(id)} />
          </Menu>
        )}
      </>
    );
  },
);
