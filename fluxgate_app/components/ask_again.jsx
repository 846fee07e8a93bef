// The question of a request in a new chat, to be asked of any model. Nothing is sent before somebody presses Send.
import { useNavigate } from "react-router";
import { addToDraft } from "../composer/drafts.js";
import { Popover } from "./popover.jsx";

export const AskAgain = ({ account, question, groups, onChoose }) => {
  const navigate = useNavigate();
  const ask = (model) => {
    addToDraft(account, "/", question);
    onChoose(model);
    navigate("/");
  };
  return (
    <Popover className="button unfolds" button="Ask again with…" title="Opens a chat with the question filled in">
      {() => (
        <div className="options">
          {groups.map(({ title, models }) => (
            <div key={title} role="group" aria-label={title}>
              <p className="dim">{title}</p>
              {models.map(({ id, label }) => (
                <button type="button" className="option" key={id} onClick={() => ask(id)}>
                  <span>{label}</span>
                </button>
              ))}
            </div>
          ))}
        </div>
      )}
    </Popover>
  );
};
