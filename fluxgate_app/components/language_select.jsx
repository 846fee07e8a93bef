// Which language the interface is in, for this browser.
import { useSyncExternalStore } from "react";
import { chooseLanguage, chosenLanguage, subscribe, useTexts } from "../texts/texts.js";

// Each in its own words, so that it is found by whoever needs it.
const NAMES = { en: "English", de: "Deutsch" };

export const LanguageSelect = () => {
  const say = useTexts();
  const chosen = useSyncExternalStore(subscribe, chosenLanguage, () => "");
  return (
    <select
      className="select"
      value={chosen}
      aria-label={say.language}
      data-testid="language-select"
      onChange={(event) => chooseLanguage(event.target.value)}
    >
      <option value="">{say.browserLanguage}</option>
      {Object.entries(NAMES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
};
