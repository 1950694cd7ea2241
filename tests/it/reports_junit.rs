//! JUnit XML.

use pv::release::formats::Report;

use crate::reports::{by_strata, edited, read, read_as, refusal, refusal_as, report, shown};

const PYTEST: &str = "junit/pytest.xml";
const SUREFIRE: &str = "junit/surefire-flaky.xml";

fn suite(totals: &str, tests: &str) -> Report {
    Report::of("r.xml", format!("<testsuite name=\"s\" {totals}>{tests}</testsuite>"))
}

#[test]
fn failures_errors_and_skipped_tests_are_three_things() {
    let reading = read(&report(PYTEST)).unwrap();
    assert_eq!(
        shown(&reading),
        "test_refund.test_days[en] 1/0 {lang=en} latency=1.0000/1 pass_rate=1.0000/1\n\
         test_refund.test_days[hi] 1/0 {lang=hi} latency=10.0000/1 pass_rate=0.0000/1\n\
         test_refund.test_gift 1/0 {} latency=4.0000/1 pass_rate=1.0000/1\n\
         test_refund.test_server 1/1 {} pass_rate=0.0000/0\n\
         test_refund.test_tool 0/0 {}"
    );
    assert_eq!(reading.run.planned, Some(5));
    let stated: Vec<String> = reading.stated.keys().map(ToString::to_string).collect();
    assert_eq!(stated, ["prompt:explain_refund"]);
}

/// pytest-rerunfailures writes the attempt that failed as if it had passed, and counts it once.
#[test]
fn a_test_that_stands_in_it_twice_is_refused() {
    assert_eq!(refusal(&report("junit/pytest-reruns.xml")).0, "report/totals-contradicted");
    let counted = edited("junit/pytest-reruns.xml", &[("tests=\"6\"", "tests=\"7\"")]);
    let (check, message) = refusal(&counted);
    assert_eq!(check, "report/cases-duplicated");
    assert!(message.contains("`test_refund.test_shaky`"), "{message}");
}

#[test]
fn retries_are_attempts() {
    let reading = read(&report(SUREFIRE)).unwrap();
    assert_eq!(
        shown(&reading),
        "RefundToolTest.opensARefund 1/0 {tool=refund} latency=21.0000/1 pass_rate=1.0000/1\n\
         RefundToolTest.refusesTwice 2/0 {tool=refund} latency=190.0000/1 pass_rate=0.0000/2\n\
         RefundToolTest.retriesOnConflict 3/1 {tool=refund} latency=1062100.0000/1 pass_rate=1.0000/2"
    );
}

/// Numbered names make two cases of one that was repeated.
#[test]
fn promptfoo_s_repeats_and_several_systems_are_refused() {
    let (check, message) = refusal(&report("junit/promptfoo-repeated.xml"));
    assert_eq!(check, "report/choice-missing");
    assert_eq!(
        message,
        "`test 1: en-basic` and `test 2: en-basic` may be one case that was run twice: JUnit does not say"
    );
    let distinct = edited(
        "junit/promptfoo-repeated.xml",
        &[("test 2: en-basic", "test 2: en-late"), ("test 4: hi-basic", "test 4: hi-late")],
    );
    assert!(
        shown(&read(&distinct).unwrap())
            .starts_with("[echo] prompt 1.test 1: en-basic 1/0 {} latency=11.0000/1 pass_rate=1.0000/1")
    );
    let two = edited(
        "junit/promptfoo-repeated.xml",
        &[("classname=\"[echo] prompt 1\" name=\"test 2", "classname=\"[echo] prompt 2\" name=\"test 2")],
    );
    assert_eq!(refusal(&two).0, "report/systems-mixed");
}

#[test]
fn totals_are_held_against_the_tests_of_a_suite_or_of_all_suites_inside_it() {
    let test = "<testcase name=\"a\"/>";
    let inner = |outer: &str| {
        Report::of(
            "r.xml",
            format!(
                "<testsuites {outer}><testsuite tests=\"1\"><testsuite tests=\"1\">{test}</testsuite><testcase name=\"b\"/></testsuite></testsuites>"
            ),
        )
    };
    assert_eq!(shown(&read(&inner("tests=\"2\"")).unwrap()).lines().count(), 2);
    assert_eq!(shown(&read(&inner("")).unwrap()).lines().count(), 2);
    assert_eq!(refusal(&inner("tests=\"3\"")).0, "report/totals-contradicted");
    for totals in ["tests=\"2\"", "failures=\"1\"", "errors=\"1\"", "skipped=\"1\""] {
        let (check, message) = refusal(&suite(totals, test));
        assert_eq!(check, "report/totals-contradicted");
        assert!(message.starts_with("r.xml:1: the suite `s` states"), "{message}");
    }
    assert_eq!(refusal(&suite("tests=\"many\"", test)).0, "report/file-damaged");
}

#[test]
fn a_run_of_nothing_passes_nothing() {
    assert_eq!(refusal(&suite("tests=\"0\"", "")).0, "report/cases-missing");
    assert_eq!(refusal(&suite("", "<testcase name=\"a\"><skipped/></testcase>")).0, "report/cases-missing");
    assert_eq!(refusal(&suite("", "<testcase name=\"a\" status=\"notrun\"/>")).0, "report/cases-missing");
    let both = suite("", "<testcase name=\"a\" status=\"notrun\"/><testcase name=\"b\" status=\"run\"/>");
    assert_eq!(shown(&read(&both).unwrap()), "a 0/0 {}\nb 1/0 {} pass_rate=1.0000/1");
}

#[test]
fn strata_come_from_properties_classes_and_suites() {
    let by_class = read_as(&report(SUREFIRE), &by_strata(&["classname", "testsuite"])).unwrap();
    assert!(shown(&by_class).contains("{classname=RefundToolTest,testsuite=RefundToolTest,tool=refund}"));
    assert_eq!(refusal_as(&report(SUREFIRE), &by_strata(&["lang"])).0, "report/choice-missing");
    let odd =
        suite("", "<testcase name=\"a\"><properties><property name=\"stratum\" value=\"hi\"/></properties></testcase>");
    assert_eq!(refusal(&odd).0, "report/choice-missing");
    let bare =
        suite("", "<properties><property name=\"pv.subject\" value=\"sha256:00\"/></properties><testcase name=\"a\"/>");
    let (check, message) = refusal(&bare);
    assert_eq!(check, "report/file-damaged");
    assert!(message.contains("there is no `=` in it"), "{message}");
}

#[test]
fn times_that_are_none_are_refused() {
    for time in ["NaN", "inf", "soon", "1e999"] {
        assert_eq!(
            refusal(&suite("", &format!("<testcase name=\"a\" time=\"{time}\"/>"))).0,
            "report/number-invalid",
            "{time}"
        );
    }
}

#[test]
fn entities_document_types_and_deep_nesting_are_refused() {
    let of = |text: String| refusal(&Report::of("r.xml", text));
    let laughs = "<!DOCTYPE testsuite [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><testsuite><testcase name=\"&b;\"/></testsuite>";
    let (check, message) = of(laughs.to_owned());
    assert_eq!(check, "report/file-damaged");
    assert!(message.contains("DOCTYPE"), "{message}");
    assert_eq!(of("<testsuite><testcase name=\"&b;\"/></testsuite>".to_owned()).0, "report/file-damaged");
    assert!(
        of("<testsuite>\n &b;<testcase name=\"a\"/></testsuite>".to_owned()).1.starts_with("r.xml:2:2: the entity &b;")
    );
    assert!(read(&suite("", "&lt;&#65;<testcase name=\"&quot;&#x42;\"/>")).is_ok());
    let (_, message) = of("<testsuite>".repeat(100_000));
    assert!(message.contains("more than 64 deep"), "{message}");
    assert!(of("<testsuite><testcase name=\"a\"/>".to_owned()).1.contains("the report is cut off"));
    assert_eq!(of("<testsuite><testcase name=\"a\"/></testsuite><testsuite/>".to_owned()).0, "report/file-damaged");
}
