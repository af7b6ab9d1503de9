//! The application's module: wasm-bindgen writes the glue between it and the
//! browser, wasm-opt makes it small.
//!
//! wasm-bindgen is a library here and its version is the one in `Cargo.lock`, so
//! that it always fits the one the application was compiled with.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::site::{File, hashed_name};

/// The compiled module's bytes.
///
/// # Errors
///
/// If the file can't be read or is not a WASM module.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(path).with_context(|| format!("{} (is the module compiled?)", path.display()))?;
    ensure!(bytes.starts_with(b"\0asm"), "{} is not a WASM module", path.display());
    Ok(bytes)
}

/// `sijill.wasm` and its glue `sijill.js`, an ES module. `optimizer` is the path of
/// wasm-opt; `scratch` an empty folder.
///
/// # Errors
///
/// If wasm-bindgen refuses the module or wasm-opt fails.
pub fn files(compiled: Vec<u8>, optimizer: Option<&Path>, scratch: &Path) -> Result<Vec<File>> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("sijill", compiled)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(optimizer.is_some())
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    ensure!(
        output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(),
        "a dependency brings JavaScript files of its own ({:?}); teach app/bundle/src/module.rs to name them",
        output
            .snippets()
            .keys()
            .chain(output.local_modules().keys())
            .collect::<Vec<_>>(),
    );
    output.emit(scratch).context("wasm-bindgen")?;

    let module = scratch.join("sijill_bg.wasm");
    if let Some(optimizer) = optimizer {
        optimize(optimizer, &module)?;
    }
    let wasm = File::new("sijill.wasm", fs::read(&module)?);
    let glue = fs::read_to_string(scratch.join("sijill.js"))?;
    // Called without an argument, the glue looks for the module beside itself.
    let glue = glue.replace("sijill_bg.wasm", &hashed_name(&wasm.name, &wasm.content));
    Ok(vec![wasm, File::new("sijill.js", glue.into_bytes())])
}

fn optimize(optimizer: &Path, module: &Path) -> Result<()> {
    let status = Command::new(optimizer)
        .args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"])
        .arg(module)
        .arg("-o")
        .arg(module)
        .status()
        .with_context(|| format!("{} (`.ci/setup build` installs it)", optimizer.display()))?;
    if !status.success() {
        bail!("{} failed: {status}", optimizer.display());
    }
    Ok(())
}
