//! The demonstration: an invented committee with invented cases.

use store::Store;

/// Fills an empty database; returns what to tell the operator.
///
/// # Errors
/// A sentence for the operator.
#[expect(clippy::unused_async, reason = "not built yet")]
pub async fn load(_store: &Store, _password: Option<&str>) -> Result<String, String> {
    Err("the demonstration is not built yet".to_owned())
}
