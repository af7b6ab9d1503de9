//! What lives in the browser. An island gets ids and labels, never a name or a narrative; it works on markup that the
//! server has written and that works without it.

mod paragraphs;

pub use paragraphs::{EditorLabels, ParagraphEditor};
pub mod picker;
mod zoom;

pub use picker::Picker;
pub use zoom::Zoom;
