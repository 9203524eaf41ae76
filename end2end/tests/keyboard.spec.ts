import type { Locator } from '@playwright/test';
import { awake, banner, displayName, identifier, onDashboard, onSignIn, password, said, signInButton } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

/** Presses a key until `target` has the focus. */
async function pressUntil(page: Page, key: string, target: Locator): Promise<void> {
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let steps = 0; steps < 20 && !(await isThere()); steps++) await page.keyboard.press(key);
  await expect(target).toBeFocused();
}

test('signing in, changing the name and signing out work with the keyboard alone', async ({ page, ada, hasScripts }) => {
  const keys = page.keyboard;
  await page.goto('/login');
  await expect(identifier(page)).toBeFocused();
  await awake(page, hasScripts);
  await keys.type(ada.username);
  await keys.press('Tab');
  await expect(password(page)).toBeFocused();
  await keys.type(ada.password);
  await keys.press('Enter');
  await onDashboard(page, ada, hasScripts);

  await pressUntil(page, 'Tab', page.getByRole('link', { name: 'Account', exact: true }));
  await keys.press('Enter');
  await expect(page).toHaveURL('/account');
  await awake(page, hasScripts);
  await pressUntil(page, 'Tab', displayName(page));
  await keys.press('ControlOrMeta+a');
  await keys.type('Ada King');
  await keys.press('Enter');
  await expect(said(page, 'Name saved.')).toBeVisible();
  await expect(banner(page)).toContainText('Ada King');

  // Without scripts the page is loaded again, and the focus begins at its top.
  await pressUntil(page, hasScripts ? 'Shift+Tab' : 'Tab', page.getByRole('button', { name: 'Account menu' }));
  await keys.press('Enter');
  await pressUntil(page, 'Tab', page.getByRole('button', { name: 'Sign out', exact: true }));
  await keys.press('Space');
  await onSignIn(page);
});

test('every control of the sign-in page is reached in order, and the focus is visible', async ({ page, hasScripts }) => {
  await page.goto('/login');
  await awake(page, hasScripts);
  const expected = [
    identifier(page),
    password(page),
    ...(hasScripts ? [page.getByRole('button', { name: 'Show password' })] : []),
    signInButton(page),
    ...['Forgot your password?', 'Create an account'].map((name) => page.getByRole('link', { name })),
    ...['System', 'Light', 'Dark'].map((name) => page.getByRole('button', { name })),
  ];
  await expect(expected[0]).toBeFocused();
  for (const control of expected) {
    await expect(control).toBeFocused();
    const outline = await control.evaluate((it) => getComputedStyle(it).outlineStyle);
    expect(outline).not.toBe('none');
    await page.keyboard.press('Tab');
  }
});

test('the first Tab leads past the header of a page', async ({ page, ada, hasScripts }) => {
  await page.goto('/login');
  await identifier(page).fill(ada.email);
  await password(page).fill(ada.password);
  await password(page).press('Enter');
  await onDashboard(page, ada, hasScripts);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});
