use super::*;

/// name; father; mother; year; place
fn person(line: &str) -> Profile {
    let field = |at: usize| line.split(';').nth(at).unwrap_or_default().trim();
    Profile {
        names: field(0).split('/').filter_map(Name::read).collect(),
        father: Name::read(field(1)),
        mother: Name::read(field(2)),
        birth_year: field(3).parse().ok(),
        sex: String::new(),
        places: Some(field(4))
            .filter(|place| !place.is_empty())
            .map(str::to_owned)
            .into_iter()
            .collect(),
    }
}

fn band(a: &str, b: &str) -> Band {
    let (a, b) = (person(a), person(b));
    let compared = compare(&a, &b);
    assert_eq!(compared, compare_turned(&a, &b), "the same from either side");
    let share = blocks(&a).iter().any(|block| blocks(&b).contains(block));
    assert!(
        share || compared.band() == Band::Hidden,
        "what would be proposed is compared"
    );
    compared.band()
}

fn compare_turned(a: &Profile, b: &Profile) -> Comparison {
    Comparison {
        contributions: compare(a, b).contributions,
        ..compare(b, a)
    }
}

#[test]
fn records_of_one_person_are_likely() {
    for (a, b) in [
        (
            "محمد عبد الرحمن الخزامي; ; فاطمة; 1980; A",
            "محمد عبدالرحمن خزامي; ; فاطمه; 1981; A",
        ),
        ("أحمد خالد الحلبي;;;1975;A", "Ahmad Khaled Halabi;;;1975;A"),
        ("الحلبي أحمد; خالد; ; 1975; A", "أحمد الحلبي; خالد; ; 1975; A"),
        ("أحمد الحلبي; خالد; زينب; 1975;", "أحمد الحلبي; خالد; زينب; ;"),
    ] {
        assert_eq!(band(a, b), Band::Likely, "{:?}", compare(&person(a), &person(b)));
    }
}

#[test]
fn a_sex_that_is_not_stated_contradicts_nothing() {
    let of = |sex: &str| Profile {
        sex: sex.to_owned(),
        ..person("أحمد الحلبي; خالد; زينب; 1975;")
    };
    let score = |a: &str, b: &str| compare(&of(a), &of(b)).score;
    assert_eq!(score("male", "not_stated"), score("male", "male"));
    assert!(score("male", "female") < score("male", ""));
}

#[test]
fn names_alone_are_never_likely() {
    for (a, b) in [
        ("محمد علي", "محمد علي"),
        ("محمد خالد العلي", "محمد خالد العلي"),
        ("أحمد الحلبي; خالد", "أحمد الحلبي; خالد"),
    ] {
        assert_eq!(band(a, b), Band::Possible, "{:?}", compare(&person(a), &person(b)));
    }
}

#[test]
fn two_people_with_alike_names_stay_two() {
    for (a, b) in [
        ("حسن خالد الحلبي;;زينب;1980;A", "حسين خالد الحلبي;;زينب;1982;A"),
        ("إبراهيم الورديني;;;;", "سامر الوردياني;;;;"),
        ("محمد خالد الحلبي;;زينب;1950;A", "محمد خالد الحلبي;;مريم;1990;A"),
        ("محمد", "محمد"),
        ("علي حسن الأسود", "حسن علي الأسود"),
    ] {
        assert!(band(a, b) < Band::Likely, "{:?}", compare(&person(a), &person(b)));
    }
    assert_eq!(
        band("محمد خالد الحلبي;;زينب;1950;A", "محمد خالد الحلبي;;مريم;1990;A"),
        Band::Hidden
    );
    assert_eq!(band("محمد", "محمد"), Band::Hidden);
}

#[test]
fn every_contribution_is_told() {
    let compared = compare(
        &person("أحمد خالد الحلبي;;زينب;1975;A"),
        &person("Ahmad Khaled Halabi;;مريم;1990;B"),
    );
    let told: Vec<_> = compared
        .contributions
        .iter()
        .map(|one| (one.by, one.likeness, one.against))
        .collect();
    assert_eq!(
        told,
        [
            (By::Given, 100, 0),
            (By::Father, 100, 0),
            (By::Family, 100, 0),
            (By::Mother, 0, 10),
            (By::BirthYear, 0, 10),
            (By::Place, 0, 0),
        ]
    );
    assert_eq!(compared.score, 60);
}

#[test]
fn a_sex_that_nobody_stated_speaks_against_nobody() {
    let of = |sex: &str| Profile {
        sex: sex.to_owned(),
        ..person("أحمد خالد الحلبي;;زينب;1975;A")
    };
    assert_eq!(compare(&of("male"), &of("not_stated")).score, 100);
    assert_eq!(compare(&of("male"), &of("female")).score, 70);
}
