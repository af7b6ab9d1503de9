//! Parts of pages: presentation only, no data access. Classes and markup are those of `style/`.

pub mod bars;
pub mod citations;
pub mod dates;
pub mod drawing;
pub mod fields;
pub mod frame;
pub mod lists;
pub mod picker;
pub mod problem;
pub mod record;
pub mod register;
pub mod warnings;

pub use dates::{age, ago, date, date_time, day, time_of};
pub use fields::{Form, area, check_box, choice, choices, field, hidden, input, problems_summary, radios};
pub use frame::{Nav, comma, page, plain_page};
pub use lists::{cite, code_link, empty, pager, protected_name, record_link};
pub use picker::{enter_saves, found, picker};
pub use problem::sentence;
pub use record::{beside, conflict, history, record_head};
pub use register::{filter_by, kind_name, place_name, place_options, register_head};
pub use warnings::warnings;
