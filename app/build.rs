//! Makes the module of translations out of `locales/`, and fails when one language lacks a key of the other.
//!
//! Only for the server: islands get their words with the page, and the browser's build needs no translator.

#[cfg(feature = "ssr")]
mod translations {
    use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};
    use serde_json::Value;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// Endings that the plural forms of a language add to a key (CLDR); languages differ in which they have.
    const PLURALS: [&str; 6] = ["_zero", "_one", "_two", "_few", "_many", "_other"];

    pub fn make() {
        println!("cargo::rerun-if-changed=locales");
        let mut namespaces: Vec<String> = std::fs::read_dir("locales/en")
            .expect("locales/en")
            .map(|entry| {
                PathBuf::from(entry.expect("a file of locales/en").file_name())
                    .with_extension("")
                    .display()
                    .to_string()
            })
            .collect();
        namespaces.sort();
        let mut wrong = 0;
        for namespace in &namespaces {
            let (en, ar) = (keys("en", namespace), keys("ar", namespace));
            for (language, missing) in [("ar", en.difference(&ar)), ("en", ar.difference(&en))] {
                for key in missing {
                    println!("cargo::error=locales/{language}/{namespace}.json lacks `{key}`");
                    wrong += 1;
                }
            }
        }
        assert!(wrong == 0, "translations are incomplete");

        let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("i18n");
        let config = Config::new("en")
            .and_then(|config| config.add_locale("ar"))
            .and_then(|config| config.add_namespaces(&namespaces))
            .expect("locales and namespaces are identifiers")
            .parse_options(ParseOptions::new().interpolate_display(true));
        let translations = TranslationsInfos::parse(config).expect("translations parse");
        translations.emit_errors();
        translations
            .generate_i18n_module(out)
            .expect("the module of translations can be written");
    }

    /// The keys of a namespace, without the endings of plural forms.
    fn keys(language: &str, namespace: &str) -> BTreeSet<String> {
        let path = Path::new("locales")
            .join(language)
            .join(namespace)
            .with_extension("json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            return BTreeSet::new();
        };
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut found = BTreeSet::new();
        collect("", &value, &mut found);
        found
    }

    fn collect(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let name = PLURALS
                        .iter()
                        .find_map(|ending| name.strip_suffix(ending))
                        .unwrap_or(name);
                    collect(&format!("{prefix}.{name}"), value, found);
                }
            }
            Value::String(text) => {
                assert!(!text.trim().is_empty(), "`{prefix}` is empty");
                found.insert(prefix.to_owned());
            }
            _ => panic!("`{prefix}` is no text"),
        }
    }
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "ssr")]
    translations::make();
}
