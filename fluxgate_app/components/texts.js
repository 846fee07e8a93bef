// The words of the interface in the language of whoever reads them: this hook in scripts, `say` of texts.py in pages.
import { useSyncExternalStore } from "react";
import { english } from "./english.js";
import { german } from "./german.js";

const LANGUAGES = { en: english, de: german };
const CHOSEN = "fluxgate-language";
const USUAL = "en";

// What was chosen in this browser, "" for what the browser asks for.
export const chosenLanguage = () => localStorage.getItem(CHOSEN) ?? "";

export function chooseLanguage(tag) {
  if (tag) localStorage.setItem(CHOSEN, tag);
  else localStorage.removeItem(CHOSEN);
  window.dispatchEvent(new Event(CHOSEN));
}

export function language() {
  const wanted = [chosenLanguage(), ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag) => tag in LANGUAGES) ?? USUAL;
}

export function subscribe(listener) {
  const hear = () => {
    document.documentElement.lang = language();
    listener();
  };
  document.documentElement.lang = language();
  for (const name of [CHOSEN, "storage", "languagechange"]) window.addEventListener(name, hear);
  return () => [CHOSEN, "storage", "languagechange"].forEach((name) => window.removeEventListener(name, hear));
}

// Pages are built in the usual language and turn into the reader's as they come to life.
export const useTexts = () => LANGUAGES[useSyncExternalStore(subscribe, language, () => USUAL)];
