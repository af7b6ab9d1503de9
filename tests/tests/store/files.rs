//! Files: the same bytes come out that went in, or none.

use domain::{Actor, Code, Error, ProblemKind};
use std::path::PathBuf;
use store::BlobFile;
use tests::{House, draft, on_both};

async fn taken(house: &House, bytes: &[u8], piece: usize) -> domain::Result<BlobFile> {
    let mut upload = house.store.start_upload().await?;
    for part in bytes.chunks(piece) {
        upload.write(part).await?;
    }
    upload.finish().await
}

async fn downloaded(house: &House, actor: &Actor, code: &Code) -> domain::Result<Vec<u8>> {
    let mut download = house.store.download(actor, code).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = download.reader.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    assert_eq!(download.size, bytes.len() as u64);
    Ok(bytes)
}

/// Every file of the data folder but the database's.
fn files(house: &House) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![house.data().join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found
}

/// Bytes that repeat nowhere near (xorshift).
fn random(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend_from_slice(&next());
    }
    bytes.truncate(length);
    bytes
}

on_both! {
    async fn what_goes_in_comes_out_whatever_its_length(house) {
        let (case, lina) = house.case().await;
        for (length, piece) in [(1, 1), (65_535, 10_000), (65_536, 65_536), (65_536, 1_000), (65_537, 65_537), (131_072, 4_096), (1_000_000, 33_333)] {
            let bytes = random(length);
            let file = taken(house, &bytes, piece).await.expect("taken in");
            let code = house.store.create_document(&lina, Some(&case), &draft::document("صورة"), file, "صورة.bin").await.expect("made");
            assert!(downloaded(house, &lina, &code).await.expect("opens") == bytes, "{length} bytes in pieces of {piece}");
            assert_eq!(house.last().await.line(), "download done");
            assert_eq!(house.store.open_document(&lina, &code).await.expect("opens").body.size, length as u64);
        }
        let sizes: Vec<_> = files(house).into_iter().map(|path| std::fs::read(path).expect("a file").len()).collect();
        assert_eq!(sizes.len(), 7);
    }

    async fn an_empty_file_is_refused_and_nothing_is_left(house) {
        assert_eq!(taken(house, &[], 1).await.err(), Some(Error::at("file", ProblemKind::Empty)));
        assert_eq!(files(house), Vec::<PathBuf>::new());
    }

    async fn a_file_over_the_limit_is_refused_and_nothing_is_left(house) {
        let limit = house.store.limits().upload;
        let most = random(usize::try_from(limit).expect("small"));
        let refused = taken(house, &[&most[..], b"x"].concat(), 100_000).await;
        assert_eq!(refused.err(), Some(Error::at("file", ProblemKind::FileTooLarge(limit))));
        assert_eq!(files(house), Vec::<PathBuf>::new());
        let file = taken(house, &most, 100_000).await.expect("exactly the limit");
        file.discard(&house.store).await;
        assert_eq!(files(house), Vec::<PathBuf>::new());
    }

    async fn an_upload_that_breaks_off_leaves_nothing(house) {
        let mut upload = house.store.start_upload().await.expect("started");
        upload.write(&random(200_000)).await.expect("taken");
        assert_eq!(files(house).len(), 1);
        drop(upload);
        assert_eq!(files(house), Vec::<PathBuf>::new());
    }

    async fn a_file_of_which_no_document_could_be_made_is_removed(house) {
        let (case, _) = house.case().await;
        let sami = house.actor("sami").await;
        let file = taken(house, b"bytes", 5).await.expect("taken in");
        let refused = house.store.create_document(&sami, Some(&case), &draft::document("صورة"), file, "x").await;
        assert_eq!(refused, Err(Error::at("case", ProblemKind::NoSuchRecord)));
        assert_eq!(files(house), Vec::<PathBuf>::new());
    }

    async fn a_damaged_file_does_not_open(house) {
        let (case, lina) = house.case().await;
        let bytes = random(150_000);
        let file = taken(house, &bytes, 50_000).await.expect("taken in");
        let code = house.store.create_document(&lina, Some(&case), &draft::document("صورة"), file, "x").await.expect("made");
        let path = files(house).remove(0);
        let sound = std::fs::read(&path).expect("a file");
        for at in [0, 30, 70_000, sound.len() - 1] {
            let mut flipped = sound.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, &flipped).expect("written");
            assert_eq!(downloaded(house, &lina, &code).await.err(), Some(Error::Internal), "byte {at} flipped");
        }
        for length in [0, 100, 65_536 + 40, sound.len() - 1] {
            std::fs::write(&path, &sound[..length]).expect("written");
            assert_eq!(downloaded(house, &lina, &code).await.err(), Some(Error::Internal), "cut off at {length}");
        }
        // The first chunk where the second belongs.
        let chunk = 65_536 + 40;
        let mut repeated = sound.clone();
        repeated.copy_within(0..chunk, chunk);
        std::fs::write(&path, &repeated).expect("written");
        assert_eq!(downloaded(house, &lina, &code).await.err(), Some(Error::Internal));
        std::fs::write(&path, &sound).expect("written");
        assert!(downloaded(house, &lina, &code).await.expect("opens") == bytes);
    }

    async fn a_file_exchanged_for_another_document_s_file_does_not_open(house) {
        let (case, lina) = house.case().await;
        let mut codes = Vec::new();
        for _ in 0..2 {
            let file = taken(house, b"the same bytes", 14).await.expect("taken in");
            codes.push(house.store.create_document(&lina, Some(&case), &draft::document("صورة"), file, "x").await.expect("made"));
        }
        let paths = files(house);
        assert_eq!(paths.len(), 2, "the same file twice is kept twice");
        std::fs::copy(&paths[0], &paths[1]).expect("copied");
        let opened: Vec<bool> = [downloaded(house, &lina, &codes[0]).await.is_ok(), downloaded(house, &lina, &codes[1]).await.is_ok()].into();
        assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    }

    async fn a_file_is_downloaded_only_by_who_may_know_of_its_document(house) {
        let (case, lina) = house.case().await;
        let file = taken(house, b"bytes", 5).await.expect("taken in");
        let code = house.store.create_document(&lina, Some(&case), &draft::document("صورة"), file, "x.pdf").await.expect("made");
        assert!(house.store.open_document(&lina, &code).await.expect("opens").body.mismatch, "no PDF by its content");
        assert_eq!(downloaded(house, &house.actor("sami").await, &code).await.err(), Some(Error::NotFound));
        assert_eq!(downloaded(house, &house.actor("zaid").await, &code).await.err(), Some(Error::Forbidden));
        assert_eq!(downloaded(house, &house.actor("omar").await, &code).await.err(), Some(Error::PurposeNeeded(case)));
        std::fs::remove_file(files(house).remove(0)).expect("removed");
        assert_eq!(downloaded(house, &lina, &code).await.err(), Some(Error::Busy));
        assert_eq!(house.last().await.line(), "download failed");
    }
}
