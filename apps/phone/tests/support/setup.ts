import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

import { still } from './still_browser';

still();
// Machines that test are slow.
configure({ asyncUtilTimeout: 20_000 });
afterEach(() => {
  cleanup();
  localStorage.clear();
});
