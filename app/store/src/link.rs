//! Everything that may rest on a citation, in one list: what a testimony carries, and what a case rests on, is asked of all of it.
//!
//! A citation says which link it is of (`citation.link_id`); a link is of a record. The place of an incident, and who a person is
//! as sources state it, are links that have the id of the record itself and do not end.

/// `links!("l.id", "l.record_id = $1 AND l.ended IS NULL")`: a list in SQL of what is asked of the links `l` (`id`; `record_id`, the
/// record that the link is of; `ended`, when it ended) of which the rest holds.
macro_rules! links {
    ($what:literal, $($where:literal),+) => {
        concat!(
            "(SELECT ",
            $what,
            " FROM (SELECT id, case_id AS record_id, superseded_at AS ended FROM holding) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, incident_id AS record_id, superseded_at AS ended FROM involvement) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, incident_id AS record_id, superseded_at AS ended FROM act) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, id AS record_id, NULL AS ended FROM incident) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, case_id AS record_id, superseded_at AS ended FROM fact) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, id AS record_id, NULL AS ended FROM person) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, person_id AS record_id, superseded_at AS ended FROM affiliation) l WHERE ",
            $($where),+,
            " UNION ALL SELECT ",
            $what,
            " FROM (SELECT id, unit_id AS record_id, superseded_at AS ended FROM subordination) l WHERE ",
            $($where),+,
            ")"
        )
    };
}
pub(crate) use links;

/// Whether a citation `q` stands for anything of the case `$case`: a fact of it, that a record hangs on it, or whatever is of a
/// record which hangs on it. What is of a record on two cases counts for both: rather one sharing too many is asked about than
/// one too few.
macro_rules! cited_on {
    ($case:literal) => {
        concat!(
            "q.link_id IN ",
            crate::link::links!(
                "l.id",
                "l.ended IS NULL AND l.record_id IN (SELECT c.id FROM case_file c WHERE c.id = ",
                $case,
                " UNION ALL SELECT h.record_id FROM holding h WHERE h.superseded_at IS NULL AND h.case_id = ",
                $case,
                ")"
            )
        )
    };
}
pub(crate) use cited_on;
