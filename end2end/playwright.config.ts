// Two projects run the same tests: with scripts, and without.

import { defineConfig } from '@playwright/test';
import { builtServer, systemChromium } from './fixtures/programs.ts';
import type { Settings } from './fixtures/test.ts';

// Workers read this file again, with the same environment.
process.env.CLAVIGER_BIN ||= builtServer();

/** As root, Chromium cannot start in its sandbox. */
const isRoot = process.getuid?.() === 0;

export default defineConfig<Settings>({
  testDir: './tests',
  outputDir: './test-results',
  // Part of the name of a file or test: runs only those that contain it.
  grep: process.env.CLAVIGER_JOURNEYS ? new RegExp(process.env.CLAVIGER_JOURNEYS) : undefined,
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  // Generous: a busy machine is slow, and a test with many pages is long.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    launchOptions: {
      executablePath: process.env.CLAVIGER_CHROMIUM || systemChromium(),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        // As in the Chrome that people use: pages marked `no-store` come back from the
        // back/forward cache too, unless a cookie of theirs has changed.
        '--enable-features=CacheControlNoStoreEnterBackForwardCache:level/restore-unless-http-only-cookie-change',
      ],
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    },
    locale: 'en-GB',
    timezoneId: 'Pacific/Auckland',
    screenshot: 'only-on-failure',
    trace: { mode: 'retain-on-failure', screenshots: false },
  },
  projects: [
    { name: 'with scripts', grepInvert: /@plain/ },
    { name: 'without scripts', grepInvert: /@scripts/, use: { javaScriptEnabled: false } },
  ],
});
