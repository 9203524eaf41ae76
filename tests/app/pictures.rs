//! Picture files, whole and malicious.

use image::{DynamicImage, ExtendedColorType, ImageFormat, Rgb, RgbImage, codecs::webp::WebPEncoder};
use std::io::Cursor;

/// A date in the GPS data of [`jpeg_with_exif`].
pub const GPS_DATE: &str = "2019:07:21";

/// Returns a picture of this size, red on the left and blue on the right.
pub fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let half = |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, half));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Returns a picture whose Exif data say that it is to be turned clockwise, and when a satellite saw it.
pub fn jpeg_with_exif() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let tiff = [
        b"II*\0\x08\0\0\0\x02\0".to_vec(),
        entry(0x0112, 3, 1, 6),
        entry(0x8825, 4, 1, 38),
        vec![0; 4],
        b"\x01\0".to_vec(),
        entry(0x001D, 2, 11, 56),
        vec![0; 4],
        format!("{GPS_DATE}\0").into_bytes(),
    ]
    .concat();
    let exif = [b"Exif\0\0".to_vec(), tiff].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let jpeg = picture(ImageFormat::Jpeg, 400, 300);
    [&jpeg[..2], b"\xFF\xE1", &length, &exif, &jpeg[2..]].concat()
}

/// Returns a PNG that claims this size and has no pixels.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [size, b"\x08\x06\0\0\0".to_vec()].concat();
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &header)].concat()
}

/// Returns a PNG whose pixels are said to take two gigabytes.
pub fn png_with_huge_chunk() -> Vec<u8> {
    [png_header(64, 64), b"\x7F\xFF\xFF\xFFIDATx\x9C".to_vec(), vec![0; 1000]].concat()
}

/// Returns a WebP with two frames.
pub fn animated_webp() -> Vec<u8> {
    let (side, mut still) = (64_u32, Vec::new());
    WebPEncoder::new_lossless(&mut still).encode(&[200; 64 * 64 * 3], side, side, ExtendedColorType::Rgb8).unwrap();
    let less_one = &(side - 1).to_le_bytes()[..3];
    let riff = |name: &[u8], content: &[u8]| {
        let padding = vec![0; content.len() % 2];
        [name, &u32::try_from(content.len()).unwrap().to_le_bytes(), content, &padding].concat()
    };
    // The first twelve bytes are the header of the file; the rest is the chunk with the pixels.
    let frame = riff(b"ANMF", &[&[0; 6], less_one, less_one, b"\x64\0\0\0", &still[12..]].concat());
    let content = [
        b"WEBP".to_vec(),
        riff(b"VP8X", &[b"\x02\0\0\0", less_one, less_one].concat()),
        riff(b"ANIM", &[0; 6]),
        frame.clone(),
        frame,
    ];
    riff(b"RIFF", &content.concat())
}

fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let named = [name, content].concat();
    [&length[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// The checksum of a PNG's chunk (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
