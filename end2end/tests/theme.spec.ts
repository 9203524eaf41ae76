import { awake, identifier, onDashboard, openSignIn, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const choice = (page: Page, name: string) =>
  page.getByRole('form', { name: 'Theme' }).getByRole('button', { name });

/** How light the page's background is, from 0 to 255. The browser's own bars have the same colour. */
async function ground(page: Page): Promise<number> {
  const [colour, bars] = await page.evaluate(() => {
    const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
    const bar = metas.find(({ media }) => matchMedia(media).matches)?.content ?? '';
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    return [getComputedStyle(document.body).backgroundColor, bar].map((colour) => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    });
  });
  expect(bars).toEqual(colour);
  expect(colour[3], 'the ground is opaque').toBe(255);
  return (colour[0] + colour[1] + colour[2]) / 3;
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`colours follow a ${colorScheme} system until one is chosen`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('/login');
    await expect(choice(page, 'System')).toHaveAttribute('aria-pressed', 'true');
    const isDark = async () => (await ground(page)) < 128;
    expect(await isDark()).toBe(colorScheme === 'dark');

    for (const [name, dark] of [['Dark', true], ['Light', false], ['Dark', true]] as const) {
      await choice(page, name).click();
      await expect(choice(page, name)).toHaveAttribute('aria-pressed', 'true');
      await expect(choice(page, 'System')).toHaveAttribute('aria-pressed', 'false');
      expect(await isDark()).toBe(dark);
    }
    await choice(page, 'System').click();
    await expect(choice(page, 'System')).toHaveAttribute('aria-pressed', 'true');
    expect(await isDark()).toBe(colorScheme === 'dark');
  });
}

test('the choice is kept on every page', async ({ page, ada, server, hasScripts, trouble }) => {
  trouble.expect(/\b404\b.*no-such-page/);
  await openSignIn(page, hasScripts);
  await choice(page, 'Dark').click();
  await expect(choice(page, 'Dark')).toHaveAttribute('aria-pressed', 'true');
  await awake(page, hasScripts);
  await signIn(page, ada, hasScripts);
  for (const path of ['/dashboard', server.setUpLink, '/no-such-page']) {
    await page.goto(path);
    await expect(choice(page, 'Dark')).toHaveAttribute('aria-pressed', 'true');
    expect(await ground(page)).toBeLessThan(128);
  }
});

test('with scripts the switch keeps what is typed', { tag: '@scripts' }, async ({ page, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await identifier(page).fill('ada@example.com');
  await choice(page, 'Dark').click();
  await expect(choice(page, 'Dark')).toHaveAttribute('aria-pressed', 'true');
  expect(await ground(page)).toBeLessThan(128);
  await expect(identifier(page)).toHaveValue('ada@example.com');
});

test('the switch returns to the page it is on', async ({ page, ada, server, hasScripts }) => {
  await page.goto(server.setUpLink);
  await choice(page, 'Dark').click();
  await expect(choice(page, 'Dark')).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL(server.setUpLink);
  await signIn(page, ada, hasScripts);
  await choice(page, 'Light').click();
  await expect(choice(page, 'Light')).toHaveAttribute('aria-pressed', 'true');
  await onDashboard(page, ada, hasScripts);
});
