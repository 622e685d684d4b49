/** Questions to the user that event handlers wait for. */
import { createValue } from './value';

export interface ConfirmQuestion {
  title: string;
  /** One paragraph each. */
  lines: string[];
  /** Paths that are concerned, shown in a selectable block. */
  objects?: string[];
  confirmLabel: string;
  danger: boolean;
}
/** Something that is not done, and why. */
export interface Explanation {
  title: string;
  lines: string[];
  objects?: string[];
  /** Paragraphs below the objects. */
  after?: string[];
}
export interface NameQuestion {
  file: string;
  /** The name that is taken. */
  taken: string;
}
export type Question =
  | { kind: 'confirm'; question: ConfirmQuestion; answer: (confirmed: boolean) => void }
  | { kind: 'explain'; question: Explanation; answer: () => void }
  | { kind: 'name'; question: NameQuestion; answer: (name: string | null) => void };

export const openQuestion = createValue<Question | null>(null);

/** Asks before something that destroys; false when it was dismissed. */
export function confirm(question: ConfirmQuestion): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (confirmed: boolean): void => {
      openQuestion.set(null);
      resolve(confirmed);
    };
    openQuestion.set({ kind: 'confirm', question, answer });
  });
}

/** Says why something is not done; resolves when it was read. */
export function explain(question: Explanation): Promise<void> {
  return new Promise((resolve) => {
    const answer = (): void => {
      openQuestion.set(null);
      resolve();
    };
    openQuestion.set({ kind: 'explain', question, answer });
  });
}

/** Asks for another name for a database; null when it was dismissed. */
export function askName(file: string, taken: string): Promise<string | null> {
  return new Promise((resolve) => {
    const answer = (name: string | null): void => {
      openQuestion.set(null);
      resolve(name);
    };
    openQuestion.set({ kind: 'name', question: { file, taken }, answer });
  });
}
