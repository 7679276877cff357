import { useEffect, useState } from 'react';

const KEPT = 'memfuse.appearance';
type Shown = 'light' | 'dark';

export interface Appearance {
  readonly shown: Shown;
  readonly change: () => void;
}

/** Dark or light: what a person chose, else what their system shows. */
export const useAppearance = (): Appearance => {
  const [system, setSystem] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [, setChanged] = useState(0);
  const [chosen, setChosen] = useState(() => localStorage.getItem(KEPT));
  useEffect(() => {
    const look = (): void => {
      setSystem(matchMedia('(prefers-color-scheme: dark)'));
      setChanged((count) => count + 1);
    };
    system.addEventListener('change', look);
    return () => system.removeEventListener('change', look);
  }, [system]);
  const shown: Shown = chosen === 'dark' || chosen === 'light' ? chosen : system.matches ? 'dark' : 'light';
  const change = (): void => {
    const other = shown === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEPT, other);
    setChosen(other);
  };
  return { shown, change };
};
