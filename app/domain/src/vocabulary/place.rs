//! Where: governorates, districts and sub-districts of the coast and of Hama and Homs.
//!
//! Codes and English spelling are OCHA's p-codes (list of 24 December 2024). Villages and quarters are records of the
//! committee, under a sub-district of this list.

use super::{Term, Vocabulary, term};
use crate::Language;

/// Administrative places: all governorates, then all districts, then all sub-districts.
pub static PLACE: Vocabulary<Place> = Vocabulary(PLACES);

/// One administrative place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// P-code (`SY060203`) and names.
    pub term: Term,
    /// Its level.
    pub level: Level,
    /// The p-code of the place it lies in; none for a governorate.
    pub parent: Option<&'static str>,
    /// Its official Arabic name where that differs: the centre of a district is named مركز and the district's name.
    pub official: Option<&'static str>,
    /// Its town's centre, where known.
    pub position: Option<Position>,
    /// Other spellings, Latin and Arabic: for search only, never for display.
    pub also: &'static [&'static str],
}

/// A point on the map: degrees north and east (WGS 84), to a hundredth of a degree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// The administrative levels, from the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// محافظة
    Governorate,
    /// منطقة
    District,
    /// ناحية
    SubDistrict,
}

impl Level {
    /// Its name.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Governorate, Language::English) => "Governorate",
            (Self::Governorate, Language::Arabic) => "محافظة",
            (Self::District, Language::English) => "District",
            (Self::District, Language::Arabic) => "منطقة",
            (Self::SubDistrict, Language::English) => "Sub-district",
            (Self::SubDistrict, Language::Arabic) => "ناحية",
        }
    }
}

impl Place {
    /// The place it lies in.
    #[must_use]
    pub fn within(&self) -> Option<&'static Self> {
        self.parent.and_then(|code| PLACE.get(code))
    }

    /// The places directly in it, in the list's order.
    pub fn parts(&self) -> impl Iterator<Item = &'static Self> {
        let code = self.code;
        PLACE.iter().filter(move |place| place.parent == Some(code))
    }

    const fn official(mut self, name: &'static str) -> Self {
        self.official = Some(name);
        self
    }

    const fn at(mut self, lat: f64, lon: f64) -> Self {
        self.position = Some(Position { lat, lon });
        self
    }

    const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }
}

super::is_a_term!(Place);

const fn governorate(code: &'static str, en: &'static str, ar: &'static str) -> Place {
    Place {
        term: term(code, en, ar),
        level: Level::Governorate,
        parent: None,
        official: None,
        position: None,
        also: &[],
    }
}

const fn district(parent: &'static str, code: &'static str, en: &'static str, ar: &'static str) -> Place {
    Place {
        level: Level::District,
        parent: Some(parent),
        ..governorate(code, en, ar)
    }
}

const fn sub_district(parent: &'static str, code: &'static str, en: &'static str, ar: &'static str) -> Place {
    Place {
        level: Level::SubDistrict,
        parent: Some(parent),
        ..governorate(code, en, ar)
    }
}

const PLACES: &[Place] = &[
    governorate("SY06", "Latakia", "اللاذقية").at(35.52, 35.79).also(&[
        "Lattakia",
        "Ladhiqiyah",
        "Al-Ladhiqiyah",
        "Lādhiqīyah",
    ]),
    governorate("SY10", "Tartus", "طرطوس")
        .at(34.89, 35.89)
        .also(&["Tartous", "Tartoos", "Ṭarṭūs"]),
    governorate("SY05", "Hama", "حماة")
        .at(35.13, 36.75)
        .also(&["Hamah", "Ḥamāh", "حماه"]),
    governorate("SY04", "Homs", "حمص")
        .at(34.73, 36.71)
        .also(&["Hims", "Ḥimṣ"]),
    district("SY04", "SY0401", "Homs", "حمص")
        .official("مركز حمص")
        .at(34.73, 36.71),
    district("SY04", "SY0402", "Al-Qusayr", "القصير")
        .at(34.51, 36.58)
        .also(&["Qusair", "Al-Quseir"]),
    district("SY04", "SY0403", "Tall Kalakh", "تلكلخ")
        .at(34.67, 36.26)
        .also(&["Talkalakh", "Tel Kalakh", "تل كلخ"]),
    district("SY04", "SY0404", "Ar-Rastan", "الرستن").at(34.93, 36.73),
    district("SY04", "SY0405", "Tadmor", "تدمر")
        .at(34.56, 38.28)
        .also(&["Palmyra", "Tadmur"]),
    district("SY04", "SY0406", "Al Makhrim", "المخرم").also(&["Al-Mukharram"]),
    district("SY05", "SY0501", "Hama", "حماة")
        .official("مركز حماة")
        .at(35.13, 36.75),
    district("SY05", "SY0502", "As-Suqaylabiyah", "السقيلبية")
        .at(35.37, 36.4)
        .also(&["Al-Suqaylabiyah", "Sqelbiyeh"]),
    district("SY05", "SY0503", "As-Salamiyeh", "السلمية")
        .at(35.01, 37.05)
        .also(&["Salamiyah", "Salamieh"]),
    district("SY05", "SY0504", "Masyaf", "مصياف")
        .at(35.06, 36.34)
        .also(&["Misyaf", "Massyaf"]),
    district("SY05", "SY0505", "Muhradah", "محردة")
        .at(35.25, 36.57)
        .also(&["Mhardeh", "Maharda"]),
    district("SY06", "SY0600", "Lattakia", "اللاذقية")
        .official("مركز اللاذقية")
        .at(35.52, 35.79)
        .also(&["Latakia"]),
    district("SY06", "SY0602", "Jablah", "جبلة")
        .at(35.36, 35.93)
        .also(&["Jableh", "Jabla", "Gabla"]),
    district("SY06", "SY0603", "Al-Haffa", "الحفة")
        .at(35.6, 36.03)
        .also(&["Al-Haffah", "Haffeh"]),
    district("SY06", "SY0604", "Al-Qardaha", "القرداحة")
        .at(35.46, 36.06)
        .also(&["Qardaha", "Kerdaha"]),
    district("SY10", "SY1000", "Tartous", "طرطوس")
        .official("مركز طرطوس")
        .at(34.89, 35.89)
        .also(&["Tartus"]),
    district("SY10", "SY1002", "Banyas", "بانياس")
        .at(35.18, 35.95)
        .also(&["Baniyas", "Banias", "Baniyās"]),
    district("SY10", "SY1003", "Safita", "صافيتا").at(34.82, 36.12),
    district("SY10", "SY1004", "Dreikish", "دريكيش")
        .at(34.9, 36.13)
        .also(&["Duraykish", "Draykish", "الدريكيش"]),
    district("SY10", "SY1005", "Sheikh Badr", "الشيخ بدر")
        .at(34.99, 36.08)
        .also(&["Al-Shaykh Badr", "Shaykh Badr"]),
    district("SY10", "SY1006", "Qadmous", "القدموس")
        .at(35.1, 36.16)
        .also(&["Al-Qadmus", "Kadmous"]),
    sub_district("SY0401", "SY040100", "Homs", "حمص")
        .official("مركز حمص")
        .at(34.73, 36.71),
    sub_district("SY0401", "SY040101", "Taldu", "تلدو").also(&["Taldou", "Houla"]),
    sub_district("SY0401", "SY040102", "Kherbet Tin Noor", "خربة تين نور"),
    sub_district("SY0401", "SY040103", "Ein Elniser", "عين النسر"),
    sub_district("SY0401", "SY040104", "Farqalas", "الفرقلس"),
    sub_district("SY0401", "SY040105", "Raqama", "الرقاما"),
    sub_district("SY0401", "SY040106", "Qaryatein", "القريتين").at(34.23, 37.24),
    sub_district("SY0401", "SY040107", "Mahin", "مهين"),
    sub_district("SY0401", "SY040108", "Hasyaa", "حسياء"),
    sub_district("SY0401", "SY040109", "Sadad", "صدد"),
    sub_district("SY0401", "SY040110", "Qabu", "القبو"),
    sub_district("SY0401", "SY040111", "Shin", "شين"),
    sub_district("SY0402", "SY040200", "Al-Qusayr", "القصير")
        .official("مركز القصير")
        .at(34.51, 36.58),
    sub_district("SY0403", "SY040300", "Tall Kalakh", "تلكلخ")
        .official("مركز تلكلخ")
        .at(34.67, 36.26),
    sub_district("SY0403", "SY040301", "Hadideh", "حديدة"),
    sub_district("SY0403", "SY040303", "Nasra", "الناصرة"),
    sub_district("SY0403", "SY040304", "Hawash", "الحواش"),
    sub_district("SY0404", "SY040400", "Ar-Rastan", "الرستن")
        .official("مركز الرستن")
        .at(34.93, 36.73),
    sub_district("SY0404", "SY040401", "Talbiseh", "تلبيسة").at(34.84, 36.73),
    sub_district("SY0405", "SY040500", "Tadmor", "تدمر")
        .official("مركز تدمر")
        .at(34.56, 38.28),
    sub_district("SY0405", "SY040501", "Sokhneh", "السخنة").at(34.89, 38.87),
    sub_district("SY0406", "SY040600", "Al Makhrim", "المخرم"),
    sub_district("SY0406", "SY040601", "Jeb Ej-Jarrah", "جب الجراح"),
    sub_district("SY0501", "SY050100", "Hama", "حماة")
        .official("مركز حماة")
        .at(35.13, 36.75),
    sub_district("SY0501", "SY050101", "Suran", "صوران").at(35.29, 36.74),
    sub_district("SY0501", "SY050102", "Harbanifse", "حربنفسه"),
    sub_district("SY0501", "SY050103", "Hamra", "الحمراء"),
    sub_district("SY0502", "SY050200", "As-Suqaylabiyah", "السقيلبية")
        .official("مركز السقيلبية")
        .at(35.37, 36.4),
    sub_district("SY0502", "SY050201", "Tell Salhib", "تلسلحب"),
    sub_district("SY0502", "SY050202", "Ziyara", "الزيارة"),
    sub_district("SY0502", "SY050203", "Shat-ha", "شطحة"),
    sub_district("SY0502", "SY050204", "Madiq Castle", "قلعة المضيق")
        .at(35.42, 36.39)
        .also(&["Qalaat al-Madiq", "Qal'at al-Mudiq"]),
    sub_district("SY0503", "SY050300", "As-Salamiyeh", "السلمية")
        .official("مركز السلمية")
        .at(35.01, 37.05),
    sub_district("SY0503", "SY050301", "Eastern Bari", "بري شرقي"),
    sub_district("SY0503", "SY050302", "As-Saan", "السعن"),
    sub_district("SY0503", "SY050303", "Saboura", "صبورة"),
    sub_district("SY0503", "SY050304", "Oqeirbat", "عقيربات"),
    sub_district("SY0504", "SY050400", "Masyaf", "مصياف")
        .official("مركز مصياف")
        .at(35.06, 36.34),
    sub_district("SY0504", "SY050401", "Jeb Ramleh", "جب رملة"),
    sub_district("SY0504", "SY050402", "Oj", "عوج"),
    sub_district("SY0504", "SY050403", "Ein Halaqim", "عين حلاقيم"),
    sub_district("SY0504", "SY050404", "Wadi El-oyoun", "وادي العيون"),
    sub_district("SY0505", "SY050500", "Muhradah", "محردة")
        .official("مركز محردة")
        .at(35.25, 36.57),
    sub_district("SY0505", "SY050501", "Kafr Zeita", "كفرزيتا").at(35.37, 36.6),
    sub_district("SY0505", "SY050502", "Karnaz", "كرناز"),
    sub_district("SY0600", "SY060000", "Lattakia", "اللاذقية")
        .official("مركز اللاذقية")
        .at(35.52, 35.79),
    sub_district("SY0600", "SY060001", "Bahlolieh", "البهلولية"),
    sub_district("SY0600", "SY060002", "Rabee'a", "ربيعة").also(&["Rabia"]),
    sub_district("SY0600", "SY060003", "Ein El-Bayda", "عين البيضا"),
    sub_district("SY0600", "SY060004", "Qastal Maaf", "قسطل معاف"),
    sub_district("SY0600", "SY060005", "Kasab", "كسب")
        .at(35.93, 35.99)
        .also(&["Kessab", "Kasab"]),
    sub_district("SY0600", "SY060006", "Hanadi", "هنادي"),
    sub_district("SY0602", "SY060200", "Jablah", "جبلة")
        .official("مركز جبلة")
        .at(35.36, 35.93),
    sub_district("SY0602", "SY060201", "Ein Elsharqiyeh", "عين الشرقية"),
    sub_district("SY0602", "SY060202", "Qteilbiyyeh", "القطيلبية"),
    sub_district("SY0602", "SY060203", "Ein Shaqaq", "عين شقاق").also(&["Ain Shaqaq", "Ayn Shiqaq"]),
    sub_district("SY0602", "SY060204", "Dalyeh", "دالية"),
    sub_district("SY0602", "SY060205", "Beit Yashout", "بيت ياشوط"),
    sub_district("SY0603", "SY060300", "Al-Haffa", "الحفة")
        .official("مركز الحفة")
        .at(35.6, 36.03),
    sub_district("SY0603", "SY060301", "Salanfa", "صلنفة")
        .at(35.6, 36.19)
        .also(&["Slunfa", "Slinfah"]),
    sub_district("SY0603", "SY060302", "Ein Et-teeneh", "عين التينة"),
    sub_district("SY0603", "SY060303", "Kansaba", "كنسبا").also(&["Kinsabba", "Kinsibba"]),
    sub_district("SY0603", "SY060304", "Mzair'a", "مزيرعة"),
    sub_district("SY0604", "SY060400", "Al-Qardaha", "القرداحة")
        .official("مركز القرداحة")
        .at(35.46, 36.06),
    sub_district("SY0604", "SY060401", "Harf Elmseitra", "حرف المسيترة"),
    sub_district("SY0604", "SY060402", "Fakhura", "الفاخورة"),
    sub_district("SY0604", "SY060403", "Jobet Berghal", "جوبة برغال"),
    sub_district("SY1000", "SY100000", "Tartous", "طرطوس")
        .official("مركز طرطوس")
        .at(34.89, 35.89),
    sub_district("SY1000", "SY100001", "Arwad", "أرواد").at(34.86, 35.86),
    sub_district("SY1000", "SY100002", "Hameidiyyeh", "الحميدية"),
    sub_district("SY1000", "SY100003", "Kherbet Elma'aza", "خربة المعزة"),
    sub_district("SY1000", "SY100004", "Soda Khawabi", "سودا خوابي"),
    sub_district("SY1000", "SY100005", "Kareemeh", "كريمة"),
    sub_district("SY1000", "SY100006", "Safsafa", "صفصافة"),
    sub_district("SY1002", "SY100200", "Banyas", "بانياس")
        .official("مركز بانياس")
        .at(35.18, 35.95),
    sub_district("SY1002", "SY100201", "Rawda", "الروضة"),
    sub_district("SY1002", "SY100206", "Taleen", "تالين"),
    sub_district("SY1003", "SY100300", "Safita", "صافيتا")
        .official("مركز صافيتا")
        .at(34.82, 36.12),
    sub_district("SY1003", "SY100301", "Mashta Elhiu", "مشتى الحلو")
        .at(34.88, 36.26)
        .also(&["Mashta al-Helu"]),
    sub_district("SY1003", "SY100302", "Bariqiyeh", "البارقية"),
    sub_district("SY1003", "SY100303", "Sibbeh", "سبة"),
    sub_district("SY1003", "SY100304", "Sisniyyeh", "السيسنية"),
    sub_district("SY1003", "SY100305", "Ras El-Khashufeh", "رأس الخشوفة"),
    sub_district("SY1004", "SY100400", "Dreikish", "دريكيش")
        .official("مركز دريكيش")
        .at(34.9, 36.13),
    sub_district("SY1004", "SY100401", "Jneinet Raslan", "جنينة رسلان"),
    sub_district("SY1004", "SY100402", "Hamin", "حمين"),
    sub_district("SY1004", "SY100403", "Dweir Raslan", "دوير رسلان"),
    sub_district("SY1005", "SY100500", "Sheikh Badr", "الشيخ بدر")
        .official("مركز الشيخ بدر")
        .at(34.99, 36.08),
    sub_district("SY1005", "SY100501", "Baramanet Elmashayekh", "برمانة المشايخ"),
    sub_district("SY1005", "SY100502", "Qumseyyeh", "قمصية"),
    sub_district("SY1006", "SY100601", "Anaza", "العنازة"),
    sub_district("SY1006", "SY100602", "Qadmous", "القدموس"),
    sub_district("SY1006", "SY100603", "Hamam Wasil", "حمام واصل"),
    sub_district("SY1006", "SY100604", "Tawahin", "الطواحين"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_lies_in_one_of_the_level_above() {
        for place in PLACE.iter() {
            let above = match place.level {
                Level::Governorate => {
                    assert_eq!(place.parent, None);
                    continue;
                }
                Level::District => Level::Governorate,
                Level::SubDistrict => Level::District,
            };
            assert_eq!(place.within().map(|parent| parent.level), Some(above), "{}", place.code);
        }
    }

    #[test]
    fn every_position_lies_in_syria() {
        for position in PLACE.iter().filter_map(|place| place.position) {
            assert!((32.0..37.5).contains(&position.lat), "{position:?}");
            assert!((35.5..42.5).contains(&position.lon), "{position:?}");
        }
    }

    #[test]
    fn the_parts_of_jablah_are_its_six_sub_districts() {
        let parts = PLACE.get("SY0602").map(|jablah| jablah.parts().count());
        assert_eq!(parts, Some(6));
    }
}
