import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onSignIn, openSignIn, submitSignIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('a browser that blocks cookies shows why it is not signed in', async (
  { playwright, launchOptions, javaScriptEnabled, baseURL, ada, hasScripts },
) => {
  const profile = await mkdtemp(join(tmpdir(), 'claviger-profile-'));
  await mkdir(join(profile, 'Default'));
  // Chromium's own setting "Block all cookies".
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await playwright.chromium.launchPersistentContext(profile, { ...launchOptions, javaScriptEnabled, baseURL });
  try {
    const page = await context.newPage();
    const blocked = page.getByRole('alert').filter({ hasText: 'Your browser blocks cookies' });
    await openSignIn(page, hasScripts);
    await submitSignIn(page, ada.email, ada.password);
    await expect(blocked).toBeVisible();
    await onSignIn(page);
    await openSignIn(page, hasScripts);
    await submitSignIn(page, ada.email, 'incorrect horse');
    // With scripts the answer itself holds the error, and no cookie is needed.
    const wrong = page.getByRole('alert').filter({ hasText: 'Incorrect email, username or password.' });
    await expect(hasScripts ? wrong : blocked).toBeVisible();
  } finally {
    await context.close();
    await rm(profile, { recursive: true });
  }
});

test('a reload with cookies allowed again shows no warning', { tag: '@scripts' }, async ({ page, hasScripts }) => {
  await openSignIn(page, hasScripts, '/login?next=%2Faccount&cookies=blocked');
  const blocked = page.getByRole('alert').filter({ hasText: 'Your browser blocks cookies' });
  await expect(blocked).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL('/login?next=%2Faccount');
  await expect(blocked).toBeHidden();
});
