// A button that opens a panel; Escape or a press elsewhere closes it.
import { useEffect, useLayoutEffect, useRef, useState } from "react";

export const Popover = ({ button, children, className = "button", onOpen, ...attributes }) => {
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  const panel = useRef(null);
  const close = () => {
    setOpen(false);
    place.current?.querySelector("button").focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const elsewhere = ({ target }) => target.isConnected && !place.current.contains(target) && setOpen(false);
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [open]);
  useLayoutEffect(() => {
    if (!open) return;
    panel.current.style.translate = "";
    const { left, right } = panel.current.getBoundingClientRect();
    const shift = Math.max(8 - left, Math.min(0, document.documentElement.clientWidth - 8 - right));
    panel.current.style.translate = `${shift}px 0`;
    panel.current.querySelector("input:not([type=checkbox]), select, a, button")?.focus();
  }, [open]);
  const onKeyDown = (event) => {
    if (!open || event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  const toggle = () => {
    if (!open) onOpen?.();
    setOpen(!open);
  };
  return (
    <div className="popover-place" ref={place} onKeyDown={onKeyDown}>
      <button type="button" className={className} aria-expanded={open} onClick={toggle} {...attributes}>
        {button}
      </button>
      {open && (
        <div className="popover" ref={panel}>
          {children(close)}
        </div>
      )}
    </div>
  );
};
