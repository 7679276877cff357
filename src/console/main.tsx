import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

// The one style sheet that a dialog writes into the page, of a width that it measures, is allowed by the nonce of the page.
setNonce(document.querySelector('script')?.nonce ?? '');

const place = document.getElementById('console');
if (place) createRoot(place).render(<App />);
