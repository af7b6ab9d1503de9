//! Small files for the scenario's documents, each of the type that its kind has in life.

use super::scenario::Document;

/// The file's name and its bytes.
pub(super) fn make(document: &Document) -> (String, Vec<u8>) {
    let (extension, bytes) = match document.document_type.as_str() {
        "photo" => ("bmp", bitmap()),
        "audio" => ("wav", sound()),
        "video" => ("mp4", film()),
        "web_capture" => ("html", page(document)),
        "ngo_list" | "phone_extract" => ("csv", table(document)),
        _ => ("pdf", paper(document)),
    };
    (format!("{}.{extension}", document.id.to_lowercase()), bytes)
}

/// One page with the English title (PDF 1.4; the base fonts have no Arabic).
fn paper(document: &Document) -> Vec<u8> {
    let text = document.title_en.replace(['(', ')', '\\'], " ");
    let content = format!(
        "BT /F1 16 Tf 60 760 Td ({text}) Tj 0 -28 Td /F1 11 Tf (Demonstration file {}. Fictional.) Tj ET",
        document.id
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    pdf(&objects)
}

/// A PDF of these objects, the first of which is the catalog.
pub(crate) fn pdf(objects: &[String]) -> Vec<u8> {
    let mut pdf = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = pdf.len();
    pdf.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for offset in offsets {
        pdf.push_str(&format!("{offset:010} 00000 n \n"));
    }
    pdf.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    pdf.into_bytes()
}

/// A grey picture of 64 × 48 points (BMP, 24 bits).
fn bitmap() -> Vec<u8> {
    let (width, height): (u32, u32) = (64, 48);
    let size = 54 + width * height * 3;
    let mut bytes = b"BM".to_vec();
    for value in [
        size,
        0,
        54,
        40,
        width,
        height,
        1 | 24 << 16,
        0,
        width * height * 3,
        2835,
        2835,
        0,
        0,
    ] {
        bytes.extend(value.to_le_bytes());
    }
    for row in 0..height {
        for column in 0..width {
            let shade = u8::try_from((row * 3 + column * 2) % 200 + 40).unwrap_or(128);
            bytes.extend([shade, shade, shade]);
        }
    }
    bytes
}

/// A second of silence (WAV, 8 bits, 8 kHz).
fn sound() -> Vec<u8> {
    let samples = vec![128u8; 8000];
    let length = u32::try_from(samples.len()).unwrap_or(0);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(8000u32.to_le_bytes());
    bytes.extend(8000u32.to_le_bytes());
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(8u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}

/// The head of a film without pictures (ISO base media).
fn film() -> Vec<u8> {
    let mut bytes = 24u32.to_be_bytes().to_vec();
    bytes.extend(b"ftypisom");
    bytes.extend(512u32.to_be_bytes());
    bytes.extend(b"isommp42");
    bytes.extend(8u32.to_be_bytes());
    bytes.extend(b"mdat");
    bytes
}

fn page(document: &Document) -> Vec<u8> {
    format!("<!DOCTYPE html>\n<html lang=\"ar\" dir=\"rtl\">\n<meta charset=\"utf-8\">\n<title>{}</title>\n<h1>{}</h1>\n<p lang=\"en\" dir=\"ltr\">{} (demonstration, fictional)</p>\n</html>\n", document.title_ar, document.title_ar, document.title_en).into_bytes()
}

fn table(document: &Document) -> Vec<u8> {
    format!(
        "\u{feff}no,entry\n1,\"{}\"\n2,\"{}\"\n3,\"demonstration, fictional\"\n",
        document.title_en.replace('"', "'"),
        document.title_ar.replace('"', "'")
    )
    .into_bytes()
}
