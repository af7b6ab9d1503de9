//! The text in documents' files: read by a process without keys, found by its words by who may see the document, and gone with
//! the document's key.

use domain::document::{LONGEST_TEXT, TextState};
use domain::{Actor, Code, Error};
use std::io::{Cursor, Write};
use store::{SearchFilter, SearchPage};
use tests::{House, draft, on_both};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

async fn taken(house: &House, actor: &Actor, case: &Code, bytes: &[u8]) -> Code {
    let mut upload = house.store.start_upload().await.expect("an upload");
    upload.write(bytes).await.expect("taken");
    let file = upload.finish().await.expect("whole");
    house
        .store
        .create_document(actor, Some(case), &draft::document("ورقة"), file, "x")
        .await
        .expect("made")
}

async fn search(house: &House, actor: &Actor, query: &str) -> SearchPage {
    house
        .store
        .find(actor, query, &SearchFilter::default(), 20)
        .await
        .expect("an answer")
}

async fn found(house: &House, actor: &Actor, query: &str) -> Vec<Code> {
    let page = search(house, actor, query).await;
    page.hits.into_iter().map(|hit| hit.code).collect()
}

/// What is marked in the snippet of the only hit.
async fn marked(house: &House, actor: &Actor, query: &str) -> Vec<String> {
    let page = search(house, actor, query).await;
    let snippet = &page.hits[0].found.as_ref().expect("a place").snippet;
    let marks = snippet.pieces.iter().filter(|(_, mark)| *mark);
    marks.map(|(text, _)| text.clone()).collect()
}

async fn state(house: &House, actor: &Actor, code: &Code) -> TextState {
    house.store.open_document(actor, code).await.expect("opens").text.state
}

async fn read(house: &House) -> u32 {
    house.store.read_waiting().await.expect("read")
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    for (name, content) in parts {
        file.start_file(name, options).expect("a part");
        file.write_all(content).expect("its content");
    }
    file.finish().expect("a file").into_inner()
}

/// A letter as Word writes it.
fn letter(words: &str) -> Vec<u8> {
    let types =
        "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let body = format!("<w:document><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>");
    packed(&[
        ("[Content_Types].xml".into(), types.into()),
        ("word/document.xml".into(), body.into()),
    ])
}

fn pdf(words: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 60 700 Td ({words}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut file, mut offsets) = (String::from("%PDF-1.4\n"), String::new());
    for (index, object) in objects.iter().enumerate() {
        offsets.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = file.len();
    file.push_str(&format!(
        "xref\n0 6\n0000000000 65535 f \n{offsets}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

on_both! {
    async fn a_word_in_a_file_is_found_with_its_place_by_who_may_see_the_document(house) {
        let (case, lina) = house.case().await;
        let (old, ..) = encoding_rs::WINDOWS_1256.encode("أقوال الشاهد عن الحاجز الشمالي");
        let files = [
            (letter("محضر ضبط الأسلحة في المستودع"), "اسلحه", "الأسلحة"),
            (pdf("Minutes of the warehouse inspection"), "warehouse", "warehouse"),
            (old.into_owned(), "حاجز", "الحاجز"),
            ("\u{FEFF}no,entry\n1,\"قنبلة عنقودية\"\n".into(), "قنبلة", "قنبلة"),
            ("<!DOCTYPE html><title>t</title><p>تغريدة محذوفة</p>".into(), "\"تغريدة محذوفة\"", "تغريدة محذوفة"),
        ];
        let mut codes = Vec::new();
        for (bytes, query, _) in &files {
            let code = taken(house, &lina, &case, bytes).await;
            assert_eq!(state(house, &lina, &code).await, TextState::Waiting);
            assert!(found(house, &lina, query).await.is_empty(), "{query}: not before it was read");
            codes.push(code);
        }
        assert_eq!(read(house).await, 5);
        let last = house.last().await;
        assert_eq!((last.line().as_str(), last.account_id), ("find_text done", None), "the machine did it");
        let (sami, omar, zaid) = (house.actor("sami").await, house.on("omar", &case).await, house.actor("zaid").await);
        for (code, (_, query, mark)) in codes.iter().zip(&files) {
            assert_eq!(found(house, &lina, query).await, std::slice::from_ref(code), "{query}");
            assert_eq!(marked(house, &omar, query).await, [*mark]);
            let outside = search(house, &sami, query).await;
            assert_eq!((outside.hits.len(), outside.kinds.len()), (0, 0), "{query}");
            let (view, text) = house.store.open_text(&omar, code).await.expect("opens");
            assert_eq!(house.last().await.line(), "open_text done");
            assert!(text.expect("a text").contains(mark) && view.text.words > 1 && !view.text.cut);
            assert_eq!(house.store.open_text(&sami, code).await.err(), Some(Error::NotFound));
            assert_eq!(house.store.open_text(&zaid, code).await.err(), Some(Error::Forbidden));
            let huda = house.actor("huda").await;
            assert_eq!(house.store.open_text(&huda, code).await.err(), Some(Error::PurposeNeeded(case.clone())));
        }
        assert_eq!(read(house).await, 0);
    }

    async fn the_words_of_a_file_stay_found_when_the_document_is_changed_or_the_index_is_made_anew(house) {
        let (case, lina) = house.case().await;
        let code = taken(house, &lina, &case, &letter("محضر ضبط الأسلحة")).await;
        assert_eq!(read(house).await, 1);
        house.store.change_document(&lina, &code, 1, &draft::document("عنوان آخر")).await.expect("changed");
        assert_eq!(found(house, &lina, "محضر").await, std::slice::from_ref(&code));
        assert_eq!(found(house, &lina, "عنوان").await, std::slice::from_ref(&code));
        house.store.index_all().await.expect("indexed");
        assert_eq!(found(house, &lina, "محضر عنوان").await, std::slice::from_ref(&code));
    }

    async fn what_waits_is_taken_up_by_the_next_process_and_read_once(house) {
        let (case, lina) = house.case().await;
        let code = taken(house, &lina, &case, b"words in a file").await;
        let next = house.open_again().await.expect("opens");
        let (one, two) = tokio::join!(house.store.read_waiting(), next.read_waiting());
        assert!(one.is_ok() && two.is_ok());
        let entries = house.raw().await.log().await;
        assert_eq!(entries.iter().filter(|entry| entry.act == "find_text").count(), 1, "one of them kept it");
        assert_eq!(state(house, &lina, &code).await, TextState::Found);
        next.close().await;
    }

    async fn a_hostile_file_has_no_text_and_stops_nothing(house) {
        let (case, lina) = house.case().await;
        let spaces = vec![b' '; 8 * 1024 * 1024];
        let bomb: Vec<(String, Vec<u8>)> = ["word/document.xml".to_owned()]
            .into_iter()
            .chain((0..12).map(|n| format!("word/header{n}.xml")))
            .map(|name| (name, spaces.clone()))
            .collect();
        let whole = letter("كلام");
        let garbage: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain((0..50_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1])).collect();
        let pages = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";
        let table: [(&str, Vec<u8>, &[TextState]); 8] = [
            ("a bomb", packed(&bomb), &[TextState::Empty, TextState::Failed]),
            ("a cut letter", whole[..whole.len() / 2].to_vec(), &[TextState::Failed]),
            ("garbage", garbage, &[TextState::Empty, TextState::Failed]),
            ("pages without end", pages.to_vec(), &[TextState::Empty, TextState::Failed]),
            ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), &[TextState::None]),
            ("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0".to_vec(), &[TextState::None]),
            ("an archive", packed(&[("a.txt".into(), b"words".to_vec())]), &[TextState::None]),
            ("nothing but space", b"  \n\n ".to_vec(), &[TextState::Empty]),
        ];
        let mut codes = Vec::new();
        for (_, bytes, _) in &table { codes.push(taken(house, &lina, &case, bytes).await); }
        let good = taken(house, &lina, &case, b"and one good file").await;
        read(house).await;
        for (code, (what, _, states)) in codes.iter().zip(&table) {
            let state = state(house, &lina, code).await;
            assert!(states.contains(&state), "{what}: {state:?}");
            let (_, text) = house.store.open_text(&lina, code).await.expect("opens");
            assert!(text.is_none(), "{what}");
        }
        assert_eq!(found(house, &lina, "good file").await, [good]);
    }

    async fn of_a_long_text_the_beginning_is_kept_and_found(house) {
        let (case, lina) = house.case().await;
        // Every word another, so that the index is as large as it can be.
        let letters: Vec<char> = ('a'..='z').chain('0'..='9').collect();
        let mut text = String::new();
        for one in &letters { for two in &letters { for three in &letters { text.extend([*one, *two, *three, ' ']); } } }
        text.push_str(&"filler ".repeat(4_000));
        text.push_str("thelast");
        let code = taken(house, &lina, &case, text.as_bytes()).await;
        assert_eq!(read(house).await, 1);
        let (view, kept) = house.store.open_text(&lina, &code).await.expect("opens");
        assert_eq!((view.text.cut, kept.map(|text| text.chars().count())), (true, Some(LONGEST_TEXT)));
        assert_eq!(found(house, &lina, "aab").await, std::slice::from_ref(&code));
        assert!(found(house, &lina, "thelast").await.is_empty());
    }

    async fn a_file_that_is_gone_is_an_alarm_and_waits_no_more(house) {
        let (case, lina) = house.case().await;
        let code = taken(house, &lina, &case, b"words").await;
        for path in tests::planted::all_files(&house.data().join("files")) { std::fs::remove_file(path).expect("removed"); }
        assert_eq!(read(house).await, 1);
        let last = house.last().await;
        assert_eq!(last.line(), "find_text failed");
        assert_eq!(last.noted("alarm").as_str(), Some("document.file"));
        assert_eq!(state(house, &lina, &code).await, TextState::Failed);
        assert_eq!(read(house).await, 0);
    }

    async fn with_the_key_of_a_document_its_text_is_gone(house) {
        let (case, lina) = house.case().await;
        let code = taken(house, &lina, &case, b"words in a file").await;
        assert_eq!(read(house).await, 1);
        let mut raw = house.raw().await;
        raw.must(&format!("UPDATE record SET wrapped_key = substr(wrapped_key, 2) WHERE code = '{code}'")).await;
        assert_eq!(house.store.open_text(&lina, &code).await.err(), Some(Error::Internal));
    }
}
