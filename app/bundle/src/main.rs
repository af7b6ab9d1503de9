//! Makes what the browser loads: the application's WASM and its glue, the style
//! sheet, the hand-written scripts and the icon.
//!
//! ```text
//! compiled module ─── module.rs ─┐
//! style/*.css ─────── style.rs ──┼─ site.rs ── target/site/pkg/NAME.HASH.EXT, .br, .gz
//! app/script/*.js ─┬─ plain.rs ──┘             target/site/manifest.json
//! app/icon/*.svg ──┘
//! ```
//!
//! Names contain the hash of their content, so that browsers may keep a file
//! forever; the manifest maps the plain name (`sijill.css`) to the hashed one, and
//! the server embeds the folder. A stage whose input has not changed is not run
//! again, and a file that has not changed is not written again: the server is then
//! not rebuilt either.
//!
//! To add another kind of file, write a function that returns its [`site::File`]s
//! and give it a stage in [`bundle`].

mod module;
mod plain;
mod site;
mod style;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use site::{Effort, Site};

/// Bundles the browser's part of Sijill.
#[derive(Parser)]
struct Options {
    /// The compiled module
    #[arg(long, value_name = "FILE")]
    wasm: PathBuf,

    /// The style sheet; its @imports are taken in
    #[arg(long, value_name = "FILE", default_value = "style/main.css")]
    style: PathBuf,

    /// Folder of hand-written scripts; may be missing
    #[arg(long, value_name = "FOLDER", default_value = "app/script")]
    scripts: PathBuf,

    /// Folder of icons; may be missing
    #[arg(long, value_name = "FOLDER", default_value = "app/icon")]
    icons: PathBuf,

    /// Where the bundle goes
    #[arg(long, value_name = "FOLDER", default_value = "target/site")]
    out: PathBuf,

    /// wasm-opt of binaryen 116 or newer
    #[arg(long, value_name = "FILE", env = "WASM_OPT", default_value = "wasm-opt")]
    wasm_opt: PathBuf,

    /// For development: no wasm-opt, quick compression
    #[arg(long)]
    dev: bool,
}

fn main() -> ExitCode {
    match bundle(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bundle: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(options: &Options) -> Result<()> {
    let effort = if options.dev { Effort::Quick } else { Effort::Best };
    let mut site = Site::open(&options.out, effort)?;

    let wasm = module::read(&options.wasm)?;
    let optimizer = (!options.dev).then_some(options.wasm_opt.as_path());
    site.stage("module", &[&wasm], |scratch| {
        module::files(wasm.clone(), optimizer, scratch)
    })?;

    let sheet = style::bundle(&options.style)?;
    site.stage("style", &[sheet.as_bytes()], |_| Ok(vec![style::file(sheet.clone())]))?;

    for (stage, folder, extension) in [("script", &options.scripts, "js"), ("icon", &options.icons, "svg")] {
        let files = plain::read(folder, extension)?;
        let inputs: Vec<&[u8]> = files
            .iter()
            .flat_map(|file| [file.name.as_bytes(), file.content.as_slice()])
            .collect();
        site.stage(stage, &inputs, |_| Ok(files.clone()))?;
    }

    site.finish()
}
