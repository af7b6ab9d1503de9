//! What is drawn of a case, over HTTP: links to every record, no name of a protected person, nothing for an outsider.

use crate::site::{Site, run};
use hyper::StatusCode;

/// A case of the demonstration.
const CASE: &str = "C-2025-0001";

#[test]
fn a_chart_links_to_its_records_and_shows_no_protected_name() {
    run(async {
        let site = Site::demonstration().await;
        let worker = site.person("u-01").await;
        worker.purpose(CASE).await;
        let chart = worker.get(&format!("/cases/{CASE}/chart")).await;
        assert_eq!(chart.status, StatusCode::OK, "{}", chart.text);
        let incidents = worker.get(&format!("/cases/{CASE}/incidents")).await.text;
        let codes: Vec<&str> = incidents
            .split("href=\"/incidents/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|code| code.starts_with("I-"))
            .collect();
        assert!(!codes.is_empty());
        for code in codes {
            assert!(
                chart
                    .text
                    .contains(&format!("class=\"node node--incident\" href=\"/incidents/{code}\""))
                    || chart
                        .text
                        .contains(&format!("href=\"/incidents/{code}\" class=\"node node--incident\"")),
                "{code} is drawn"
            );
        }
        let svg = chart.text.split("<svg").nth(1).expect("a drawing");
        assert!(svg.contains("name protected") && svg.contains("/persons/W-"));
        // The names of the people who are protected, as the demonstration has them.
        let scenario: serde_json::Value =
            serde_json::from_str(include_str!("../../../server/src/demo/scenario.json")).expect("JSON");
        let people = scenario["persons"].as_array().expect("a list");
        let hidden: Vec<&str> = people
            .iter()
            .filter(|person| person["protected"] == true)
            .filter_map(|person| person["name_ar"].as_str())
            .collect();
        assert!(!hidden.is_empty());
        for page in ["chart", "timeline"] {
            let text = worker.get(&format!("/cases/{CASE}/{page}")).await.text;
            for name in &hidden {
                assert!(!text.contains(name), "a protected name on the {page}");
            }
        }
        let outsider = site.person("u-03").await;
        for page in ["chart", "timeline"] {
            let answer = outsider.get(&format!("/cases/{CASE}/{page}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        let map = outsider.get(&format!("/incidents/map?case={CASE}")).await;
        assert_eq!((map.status, map.text.contains("I-2025-")), (StatusCode::OK, false));
        assert!(
            worker
                .get(&format!("/incidents/map?case={CASE}"))
                .await
                .text
                .contains("I-2025-")
        );
        site.close().await;
    });
}
