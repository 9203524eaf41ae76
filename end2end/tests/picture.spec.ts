import type { Page } from '@playwright/test';
import { banner, heading, openAccount, said, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

/** A PNG of one red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

const field = (page: Page) => page.getByLabel('New picture');
const save = (page: Page) => page.getByRole('button', { name: 'Save picture' });
/** The picture in the header, which is decorative. */
const shown = (page: Page) => banner(page).locator('img.portrait');

test('a picture is uploaded, shown to its owner and to an administrator, and removed', async ({ page, ada, grace, hasScripts, otherBrowser }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await expect(shown(page)).toHaveCount(0);
  await field(page).setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: PIXEL });
  await save(page).click();
  await expect(said(page, 'Picture saved.')).toBeVisible();
  await expect(shown(page)).toBeVisible();
  if (hasScripts) {
    const width = await shown(page).evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
    expect(width).toBe(1);
  }

  const other = await (await otherBrowser()).newPage();
  await signIn(other, grace, hasScripts);
  await other.goto('/admin/users');
  await other.getByRole('link', { name: ada.name }).click();
  await expect(heading(other, ada.name)).toBeVisible();
  await expect(other.getByRole('main').locator('img.portrait')).toBeVisible();

  await page.getByRole('button', { name: 'Remove picture' }).click();
  await expect(said(page, 'Picture removed.')).toBeVisible();
  await expect(shown(page)).toHaveCount(0);
});

test('a file that is no picture is refused next to its field', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  for (const [buffer, why] of [
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'Use a JPEG, PNG or WebP picture.'],
    [Buffer.alloc(3 * 1024 * 1024, PIXEL), 'Use a picture of at most 2 MiB.'],
    [PIXEL.subarray(0, 40), 'This picture is damaged.'],
  ] as const) {
    await field(page).setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
    await save(page).click();
    await expect(field(page)).toHaveAccessibleDescription(new RegExp(why));
    await expect(field(page)).toBeFocused();
  }
});
