//! Dates, times and ages in the reader's language: Syrian month names, Latin digits, the committee's time zone.

use crate::say;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};
use domain::Language;
use domain::ageing::{Ageing, percent_used};
use domain::status::CaseStatus;
use leptos::prelude::*;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The names used in Syria, Lebanon, Iraq, Jordan and Palestine.
const MONTHS_AR: [&str; 12] = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
];

/// A day: `6 March 2025`, `6 آذار 2025`.
#[must_use]
pub fn day(lang: Language, date: NaiveDate) -> String {
    let months = match lang {
        Language::English => MONTHS_EN,
        Language::Arabic => MONTHS_AR,
    };
    format!("{} {} {}", date.day(), months[date.month0() as usize], date.year())
}

const HIJRI_EN: [&str; 12] = [
    "Muharram",
    "Safar",
    "Rabi I",
    "Rabi II",
    "Jumada I",
    "Jumada II",
    "Rajab",
    "Sha‘ban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qa‘da",
    "Dhu al-Hijja",
];
const HIJRI_AR: [&str; 12] = [
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
];

/// A day without its year: `6 March`.
#[must_use]
pub fn short_day(lang: Language, date: NaiveDate) -> String {
    let months = match lang {
        Language::English => MONTHS_EN,
        Language::Arabic => MONTHS_AR,
    };
    format!("{} {}", date.day(), months[date.month0() as usize])
}

/// The same day in the Hijri calendar (Umm al-Qura, as published by KACST for 1300 to 1600 AH): `6 Ramadan` and its year. It
/// begins at the sunset before.
#[must_use]
pub fn hijri(lang: Language, date: NaiveDate) -> Option<(String, i32)> {
    use icu_calendar::cal::Hijri;
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    let there = icu_calendar::Date::try_new_gregorian(date.year(), month, day)
        .ok()?
        .to_calendar(Hijri::new_umm_al_qura());
    let months = match lang {
        Language::English => HIJRI_EN,
        Language::Arabic => HIJRI_AR,
    };
    let name = months.get(usize::from(there.month().number()).checked_sub(1)?)?;
    Some((
        format!("{} {name}", there.day_of_month().0),
        there.year().extended_year(),
    ))
}

/// A moment in the committee's time: `6 March 2025, 14:30`.
#[must_use]
pub fn time_of(lang: Language, at: DateTime<Utc>, offset: FixedOffset) -> String {
    let local = at.with_timezone(&offset);
    let comma = match lang {
        Language::English => ",",
        Language::Arabic => "،",
    };
    format!("{}{comma} {}", day(lang, local.date_naive()), local.format("%H:%M"))
}

/// A day as `<time>`, out of what is kept as `YYYY-MM-DD`; what can't be read is shown as it is.
pub fn date(lang: Language, text: &str) -> AnyView {
    match text.parse::<NaiveDate>() {
        Ok(parsed) => view! { <time datetime=text.to_owned()>{day(lang, parsed)}</time> }.into_any(),
        Err(_) => text.to_owned().into_any(),
    }
}

/// A moment as `<time>`.
pub fn date_time(lang: Language, at: DateTime<Utc>, offset: FixedOffset) -> AnyView {
    view! { <time datetime=at.to_rfc3339()>{time_of(lang, at, offset)}</time> }.into_any()
}

/// How long ago, in words: "3 days ago".
#[must_use]
pub fn ago_words(lang: Language, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - at).num_minutes();
    let count = |n: i64| u32::try_from(n).unwrap_or(0);
    if minutes < 1 {
        say!(lang, common.just_now)
    } else if minutes < 60 {
        say!(lang, common.minutes_ago, count = count(minutes))
    } else if minutes < 24 * 60 {
        say!(lang, common.hours_ago, count = count(minutes / 60))
    } else {
        say!(lang, common.days_ago, count = count(minutes / (24 * 60)))
    }
}

/// How long ago as `<time>`, with the exact time in its title.
pub fn ago(lang: Language, at: DateTime<Utc>, now: DateTime<Utc>, offset: FixedOffset) -> AnyView {
    view! { <time datetime=at.to_rfc3339() title=time_of(lang, at, offset)>{ago_words(lang, at, now)}</time> }
        .into_any()
}

/// How long a case has been in its state: a bar, a word, the days.
pub fn age(
    lang: Language,
    status: CaseStatus,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    offset: FixedOffset,
) -> AnyView {
    let ageing = Ageing::of(status, since, now);
    let days = say!(
        lang,
        common.days,
        count = u32::try_from((now - since).num_days()).unwrap_or(0)
    );
    let time = view! { <time datetime=since.to_rfc3339() title=time_of(lang, since, offset)>{days}</time> };
    if matches!(ageing, Ageing::None | Ageing::Stopped) {
        return view! { <span class="age">{time}</span> }.into_any();
    }
    let used = percent_used(status, since, now).unwrap_or(0).min(100).to_string();
    view! {
        <span class="age" data-level=ageing.code()>
            <progress class="age-bar" max="100" value=used aria-hidden="true"></progress>
            " "
            <span class="age-word">{ageing.label(lang)}</span>
            " "
            {time}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_umm_al_qura_are_those_that_were_published() {
        for (day, expected, year) in [
            ("2025-03-01", "1 Ramadan", 1446),
            ("2025-03-06", "6 Ramadan", 1446),
            ("2025-03-30", "1 Shawwal", 1446),
            ("2025-06-26", "1 Muharram", 1447),
            ("2024-07-07", "1 Muharram", 1446),
        ] {
            let date = day.parse().expect("a date");
            assert_eq!(
                hijri(Language::English, date),
                Some((expected.to_owned(), year)),
                "{day}"
            );
        }
    }
}
