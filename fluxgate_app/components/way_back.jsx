// The way back to where one came from in this tab, filters and all, or else to the place it names; Esc takes it too.
import { useEffect } from "react";
import { Link, useNavigate } from "react-router";

const isWriting = ({ target }) => target.closest("input, select, textarea, [contenteditable]");

export const WayBack = ({ to, children }) => {
  const navigate = useNavigate();
  const cameFromHere = () => window.history.state?.idx > 0;
  useEffect(() => {
    const onKey = (event) => {
      if (event.key !== "Escape" || isWriting(event)) return;
      if (cameFromHere()) navigate(-1);
      else navigate(to);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return <Link to={to}>{children}</Link>;
};
