//! The accent color, repaired to WCAG 2.2 contrast on the grounds of `style/main.css`.

use super::value::{Unfit, Value};
use std::fmt;

/// An sRGB color. Displays as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// A color for light and one for dark grounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub light: Color,
    pub dark: Color,
}

/// The colors of the accent's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    /// The ground of primary buttons, in both schemes: the color as it was set.
    pub fill: Color,
    /// The same under the pointer.
    pub hover: Color,
    /// Text on both, with at least 4.5:1.
    pub on_fill: Color,
    /// Edges and marks, with at least 3:1.
    pub edge: Pair,
    /// Text and links, with at least 4.5:1.
    pub ink: Pair,
}

const BLACK: Color = Color([0; 3]);
const WHITE: Color = Color([255; 3]);
/// The ground of each scheme that is nearest to its text.
const GROUNDS: Pair = Pair { light: Color([0xef, 0xef, 0xeb]), dark: Color([0x32, 0x26, 0x12]) };

impl Accent {
    /// The color of a site that sets none, as in `style/main.css`.
    pub const BRASS: Self = Self {
        fill: Color([0xd6, 0xa8, 0x46]),
        hover: Color([0xc3, 0x94, 0x32]),
        on_fill: Color([0x1f, 0x17, 0x03]),
        edge: Pair { light: Color([0xc3, 0x94, 0x32]), dark: Color([0xe6, 0xc0, 0x78]) },
        ink: Pair { light: Color([0x77, 0x56, 0x11]), dark: Color([0xe2, 0xbb, 0x69]) },
    };

    /// Derives the parts from one color.
    pub fn of(fill: Color) -> Self {
        let (on_fill, other) =
            if fill.contrast(BLACK) >= fill.contrast(WHITE) { (BLACK, WHITE) } else { (WHITE, BLACK) };
        Self { fill, hover: fill.mixed(other, 12), on_fill, edge: fill.readable(3.0), ink: fill.readable(4.5) }
    }
}

impl Color {
    /// Returns this color, darkened or lightened until it has the contrast on the grounds of each scheme.
    fn readable(self, contrast: f64) -> Pair {
        let toward = |end: Color, ground: Color| {
            let mut steps = (0..=100).map(|percent| self.mixed(end, percent));
            steps.find(|color| color.contrast(ground) >= contrast).unwrap_or(end)
        };
        Pair { light: toward(BLACK, GROUNDS.light), dark: toward(WHITE, GROUNDS.dark) }
    }

    fn mixed(self, other: Self, percent: u8) -> Self {
        let mix = |own: u8, other: u8| {
            let sum = u32::from(own) * u32::from(100 - percent) + u32::from(other) * u32::from(percent);
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        Self([0, 1, 2].map(|part| mix(self.0[part], other.0[part])))
    }

    /// Returns the contrast ratio, from 1 to 21 (WCAG 2.2, "contrast ratio").
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// Returns the relative luminance, from 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Parses `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        let digits = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let [_, r, g, b] = u32::from_str_radix(&digits, 16).ok()?.to_be_bytes();
        Some(Self([r, g, b]))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Value for Accent {
    fn read(text: &str) -> Result<Self, Unfit> {
        Color::parse(text).map(Self::of).ok_or_else(|| Unfit::new("a color like #d6a846"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        Color::parse(text).unwrap()
    }

    /// Returns the grounds that the style sheet declares for one scheme.
    fn grounds(scheme: usize) -> Vec<Color> {
        let css = include_str!("../../../style/main.css");
        let tokens = css.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(": light-dark("));
        let tokens =
            tokens.filter(|(name, _)| ["page", "surface", "sunken"].contains(name) || name.ends_with("-ground"));
        tokens.filter_map(|(_, pair)| pair.split([',', ')']).nth(scheme)?.trim().get(..7).map(color)).collect()
    }

    #[test]
    fn the_contrast_of_black_and_white_is_21_and_of_the_limiting_gray_4_5() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        assert!((4.5..4.6).contains(&color("#767676").contrast(WHITE)));
        assert!(color("#777777").contrast(WHITE) < 4.5);
    }

    #[test]
    fn every_accent_is_readable_on_every_ground() {
        let (light, dark) = (grounds(0), grounds(1));
        assert!(light.len() >= 6 && light.len() == dark.len(), "{light:?}");
        for text in
            ["#000", "#fff", "#d6a846", "#ffe600", "#0b3d91", "#ff0000", "#00ff00", "#0000ff", "#808080", "#767676"]
        {
            let accent = Accent::of(color(text));
            assert_eq!(accent.fill, color(text));
            for fill in [accent.fill, accent.hover] {
                assert!(fill.contrast(accent.on_fill) >= 4.5, "{text}: {accent:?}");
            }
            for (grounds, ink, edge) in
                [(&light, accent.ink.light, accent.edge.light), (&dark, accent.ink.dark, accent.edge.dark)]
            {
                for ground in grounds {
                    assert!(ink.contrast(*ground) >= 4.5, "{text}: {ink} on {ground}");
                    assert!(edge.contrast(*ground) >= 3.0, "{text}: {edge} on {ground}");
                }
            }
        }
    }

    #[test]
    fn a_readable_color_stays_as_it_is() {
        assert_eq!(Accent::of(color("#0b3d91")).ink.light.to_string(), "#0b3d91");
        assert_eq!(Accent::of(color("#ffe600")).ink.dark.to_string(), "#ffe600");
    }

    #[test]
    fn an_accent_is_a_hexadecimal_color() {
        assert_eq!(color("#A3f").to_string(), "#aa33ff");
        assert_eq!(color("#D6A846").to_string(), "#d6a846");
        for text in
            ["", "#", "d6a846", "#d6a84", "#d6a84600", "#+12", "#+12345", "brass", "#ggg", "rgb(1,2,3)", "#d6a846;}"]
        {
            assert!(Accent::read(text).is_err(), "{text}");
        }
    }
}
