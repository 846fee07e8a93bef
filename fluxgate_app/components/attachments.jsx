// Files that go with a question: chosen, pasted or dropped, brought to the server at once, shown as chips.
import { FileText, Paperclip, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTexts } from "../texts/texts.js";

const MOST_AT_ONCE = 10;
const MOST_IMAGE_BYTES = 5 * 1024 * 1024;
const MOST_TEXT_BYTES = 256 * 1024;
const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const OTHERS = /^(?:image|audio|video|font)\//;

const isImage = (type) => IMAGES.includes(type);
export const pictureOf = (file) => isImage(file.mediaType) && `/api/attachments/${file.id}`;

// The server checks it again; this spares an upload that it would refuse.
function whyNot(file, say) {
  if (isImage(file.type)) return file.size > MOST_IMAGE_BYTES ? say.pictureTooLarge(file.name) : "";
  if (OTHERS.test(file.type) || /\.svgz?$/i.test(file.name)) return say.wrongKind(file.name);
  return file.size > MOST_TEXT_BYTES ? say.textTooLarge(file.name) : "";
}

async function bring(file, say) {
  const answer = await fetch(`/api/attachments?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: file,
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(`${file.name}: ${said.error ?? say.requestFailed}`);
  return said;
}

// The files of a draft, how many are still on their way, and what went wrong with the last.
export function useFiles(change) {
  const say = useTexts();
  const [coming, setComing] = useState(0);
  const [trouble, setTrouble] = useState("");
  const addOne = async (file) => {
    const reason = whyNot(file, say);
    if (reason) return setTrouble(reason);
    setComing((count) => count + 1);
    try {
      const { id, name, mediaType, size } = await bring(file, say);
      change(({ files }) => ({ files: [...files, { id, name, mediaType, size }] }));
    } catch (error) {
      setTrouble(error instanceof TypeError ? say.notReached : error.message);
    }
    setComing((count) => count - 1);
  };
  // One after the other, so that they stand in the order in which they were chosen.
  const add = async (files, there) => {
    const chosen = [...files];
    setTrouble(chosen.length + there > MOST_AT_ONCE ? say.tooManyFiles(MOST_AT_ONCE) : "");
    if (chosen.length + there > MOST_AT_ONCE) return;
    for (const file of chosen) await addOne(file);
  };
  const remove = (id) => {
    change(({ files }) => ({ files: files.filter((file) => file.id !== id) }));
    fetch(`/api/attachments/${id}`, { method: "DELETE" }).catch(() => {});
  };
  return { coming, trouble, add, remove };
}

export const AttachButton = ({ onAdd }) => {
  const say = useTexts();
  const field = useRef(null);
  const onChange = (event) => {
    onAdd(event.target.files);
    event.target.value = "";
  };
  return (
    <>
      <input ref={field} type="file" multiple hidden data-testid="attach" onChange={onChange} />
      <button
        type="button"
        className="icon-button"
        title={say.attach}
        aria-label={say.attach}
        onClick={() => field.current.click()}
      >
        <Paperclip aria-hidden="true" />
      </button>
    </>
  );
};

const Chip = ({ file, children }) => {
  const picture = pictureOf(file);
  return (
    <li className={picture ? "file picture" : "file"} data-testid="attachment">
      <a href={`/api/attachments/${file.id}`} download={file.name} title={file.name}>
        {picture ? <img src={picture} alt={file.name} /> : <FileText size={16} aria-hidden="true" />}
        {!picture && <span>{file.name}</span>}
      </a>
      {children}
    </li>
  );
};

export const Files = ({ files, onRemove }) => {
  const say = useTexts();
  if (!files?.length) return null;
  return (
    <ul className="files" aria-label={say.attachments}>
      {files.map((file) => (
        <Chip key={file.id} file={file}>
          {onRemove && (
            <button type="button" aria-label={say.removeFile(file.name)} onClick={() => onRemove(file.id)}>
              <X size={14} aria-hidden="true" />
            </button>
          )}
        </Chip>
      ))}
    </ul>
  );
};
