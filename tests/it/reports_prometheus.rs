//! Answers of Prometheus.

use pv::release::evidence::{Measure, Options};
use pv::release::formats::{Reading, Report};

use crate::reports::{edited, read_as, refusal_as, report};

fn asked() -> Options {
    Options { query: Some("rate(x[24h])".to_owned()), window: Some("24h".to_owned()), ..Options::default() }
}

fn shown(reading: &Reading) -> Vec<String> {
    let one = |measure: &Measure| {
        let labels: Vec<String> = measure.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{}{{{}}} {:?}", measure.metric, labels.join(","), measure.value)
    };
    reading.run.measures.iter().map(one).collect()
}

#[test]
fn values_are_texts_and_nan_is_no_number() {
    let reading = read_as(&report("prometheus/vector.json"), &asked()).unwrap();
    assert_eq!(
        shown(&reading),
        [
            "feedback:thumbs_down:ratio_rate24h{variant=canary} Some(0.031)",
            "feedback:thumbs_down:ratio_rate24h{variant=control} Some(0.0285)",
            "feedback:thumbs_down:ratio_rate24h{variant=dark} None",
        ]
    );
    assert_eq!(reading.run.made.as_deref(), Some("2026-11-22T07:42:11Z"));
    assert!(reading.names.contains("rate(x[24h])"));
}

#[test]
fn a_range_is_the_mean_of_its_finite_points_and_warnings_are_kept() {
    let reading = read_as(&report("prometheus/matrix.json"), &asked()).unwrap();
    assert_eq!(shown(&reading), ["query{variant=canary} Some(2.0)", "query{variant=control} None"]);
    assert_eq!(reading.run.made.as_deref(), Some("2026-11-21T08:00:00Z"));
    assert!(reading.names.iter().any(|name| name.starts_with("warning: PromQL")));
    let scalar = read_as(&report("prometheus/scalar.json"), &asked()).unwrap();
    assert_eq!(shown(&scalar), ["query{} Some(0.25)"]);
}

#[test]
fn the_query_and_its_window_are_asked_for() {
    let vector = report("prometheus/vector.json");
    let (check, message) = refusal_as(&vector, &Options::default());
    assert_eq!(check, "report/choice-missing");
    assert!(message.contains("--query and --window"), "{message}");
    let half = Options { window: None, ..asked() };
    assert!(refusal_as(&vector, &half).1.contains("--window"));
}

#[test]
fn errors_no_data_doubled_series_and_histograms_are_refused() {
    let of = |text: &str| refusal_as(&Report::of("r.json", text), &asked());
    let (check, message) = refusal_as(&report("prometheus/error.json"), &asked());
    assert_eq!(check, "report/run-incomplete");
    assert!(message.contains("timeout: query timed out"), "{message}");
    let empty = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
    assert_eq!(of(empty).0, "report/cases-missing");
    let twice = edited("prometheus/vector.json", &[("\"control\"", "\"canary\"")]);
    assert_eq!(refusal_as(&twice, &asked()).0, "report/cases-duplicated");
    let histogram = edited(
        "prometheus/vector.json",
        &[("\"value\":[1795333331.781,\"NaN\"]", "\"histogram\":[1795333331.781,{\"count\":\"3\"}]")],
    );
    assert_eq!(refusal_as(&histogram, &asked()).0, "report/choice-missing");
    let text = "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"x\"]}}";
    assert_eq!(of(text).0, "report/file-damaged");
    let word = edited("prometheus/scalar.json", &[("\"0.25\"", "\"much\"")]);
    let (check, message) = refusal_as(&word, &asked());
    assert_eq!(check, "report/file-damaged");
    assert!(message.contains("\"much\" is no number"), "{message}");
}
