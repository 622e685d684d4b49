import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { resolveLanguage } from '@shared/text';
import { App } from './App';
import { FaultBoundary } from './faults/FaultBoundary';
import { captureFaults } from './faults/report';
import { applyLanguage, startTexts } from './i18n';
import { followMetrics } from './metrics-store';
import { followNavigation } from './navigation';
import { reportError } from './notify';
import { queryClient, refreshQueries } from './queries';
import { followState } from './store';

// First: what fails from here on is on record.
captureFaults(window);

const root = document.getElementById('root');
if (!root) throw new TypeError('index.html has no #root');

// the setting comes with the first state; until then the desktop's language is the best guess
const language = resolveLanguage('system', navigator.language);
await startTexts(language);
await applyLanguage(language);

followState(reportError);
followNavigation();
followMetrics();
refreshQueries();

createRoot(root).render(
  <StrictMode>
    <FaultBoundary where="window" name={() => 'window'} shape="window">
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </FaultBoundary>
  </StrictMode>,
);
