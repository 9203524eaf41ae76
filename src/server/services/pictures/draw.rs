//! Draws an uploaded picture again: the centre as a small square JPEG, without anything else that was in the file.

use super::{MAX_PICTURE, PictureError};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgba, RgbaImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
    metadata::Orientation,
};
use std::io::Cursor;

/// The largest width and height accepted, in pixels.
const MAX_SIDE: u32 = 4096;
/// The memory that a decoder may use, in bytes: enough for 4096 × 4096 pixels of 8 bytes.
const MAX_MEMORY: u64 = 160 * 1024 * 1024;
/// The width and height of what is drawn, in pixels, unless the picture is smaller.
const SIDE: u32 = 256;
/// The quality of the JPEG, in percent.
const QUALITY: u8 = 85;

/// Draws the picture. Its size is known from the beginning of the file, and checked before anything is decoded.
pub fn draw(received: &[u8]) -> Result<Vec<u8>, PictureError> {
    if received.is_empty() {
        return Err(PictureError::Empty);
    }
    if received.len() > MAX_PICTURE {
        return Err(PictureError::TooLarge);
    }
    let (picture, orientation) = decode(received)?;
    let mut square = square(&picture);
    square.apply_orientation(orientation);
    let mut drawn = Vec::new();
    JpegEncoder::new_with_quality(&mut drawn, QUALITY)
        .encode_image(&on_white(&square))
        .map_err(|error| reason(&error))?;
    Ok(drawn)
}

fn decode(received: &[u8]) -> Result<(DynamicImage, Orientation), PictureError> {
    // The content tells the kind, whatever the name or the content type say.
    let mut reader =
        ImageReader::new(Cursor::new(received)).with_guessed_format().map_err(|_| PictureError::Damaged)?;
    match reader.format() {
        Some(ImageFormat::Png | ImageFormat::WebP) => {}
        Some(ImageFormat::Jpeg) if is_whole(received) => {}
        Some(ImageFormat::Jpeg) => return Err(PictureError::Damaged),
        _ => return Err(PictureError::WrongKind),
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE {
        return Err(PictureError::TooWide);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?, orientation))
}

/// Returns whether a JPEG has the marker of its end after its last scan. The decoder would draw the rest grey.
fn is_whole(jpeg: &[u8]) -> bool {
    let last = |marker| jpeg.windows(2).rposition(|pair| pair == [0xFF, marker]);
    let (scan, end) = (last(0xDA), last(0xD9));
    scan.is_some() && end > scan
}

/// Scales the picture down, then takes the square in its centre: so the large picture is never copied.
fn square(picture: &DynamicImage) -> DynamicImage {
    let shorter = picture.width().min(picture.height()).max(1);
    let side = shorter.min(SIDE);
    let [width, height] = [picture.width(), picture.height()].map(|length| length * side / shorter);
    let small = picture.resize_exact(width, height, FilterType::CatmullRom);
    small.crop_imm((width - side) / 2, (height - side) / 2, side, side)
}

/// Puts the picture on white where it is transparent: a JPEG is not.
fn on_white(picture: &DynamicImage) -> DynamicImage {
    let mut ground = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    imageops::overlay(&mut ground, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(ground).into_rgb8())
}

fn reason(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooWide,
        _ => PictureError::Damaged,
    }
}
