// What a line says in each column.
import { Link } from "react-router";
import { Ago } from "./ago.jsx";

const Status = ({ status: { word, sign, tone } }) => (
  <span className={`status ${tone}`}>
    <span aria-hidden="true">{sign}</span>
    {word}
  </span>
);

const CELLS = {
  time: (line) => <Ago at={line.created_at} />,
  status: (line) => <Status status={line.status} />,
  model: (line) => (
    <span className="with-badge">
      <span title={line.model}>{line.model}</span>
      {line.badge && <span className="badge">{line.badge}</span>}
    </span>
  ),
  provider: (line) => line.provider,
  feature: (line) => line.feature,
  user: (line) => <span title={line.user}>{line.short_user}</span>,
  tokens: (line) => <span title={line.exact_tokens}>{line.tokens}</span>,
  cost: (line) => <span title={line.exact_cost}>{line.cost}</span>,
  first: (line) => line.first,
  duration: (line) => line.duration,
  conversation: (line, isFirst) =>
    !line.conversation || isFirst ? (
      line.short_conversation
    ) : (
      <Link
        className="inner mono dim"
        title={line.conversation}
        to={`/requests?${new URLSearchParams({ conversationId: line.conversation })}`}
      >
        {line.short_conversation}
      </Link>
    ),
  trackingId: (line) => <span className="mono">{line.tracking_id}</span>,
};

const other = (name) => (line) => <span title={line.ids[name] ?? line.others[name]}>{line.others[name]}</span>;

export const cell = (name, line, isFirst) => (CELLS[name] ?? other(name))(line, isFirst);
