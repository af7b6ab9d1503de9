//! Compiles the store again when a migration is added: they are carried inside (`src/dialect.rs`).

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
