//! The tests of a report, suite by suite, each suite held against the totals in its attributes.

use std::collections::BTreeMap;

use super::xml::{Element, Elements, Step};
use crate::release::checks::{Refused, report};
use crate::release::formats::cases;
use crate::release::formats::json::Number;
use crate::release::formats::stated::{self, Stated};

/// One `<testcase>`.
#[derive(Debug, Default)]
pub(super) struct Test {
    pub(super) class: String,
    pub(super) name: String,
    /// The name of the suite around it.
    pub(super) suite: String,
    pub(super) line: usize,
    /// The strata that properties of it, or of its suites, name.
    pub(super) strata: BTreeMap<String, String>,
    /// How long it took, in seconds.
    pub(super) seconds: Option<f64>,
    pub(super) failures: u32,
    pub(super) errors: u32,
    pub(super) skipped: bool,
    /// Whether an attribute says that it was not run: such tests are in no total.
    pub(super) not_run: bool,
    /// Further attempts that failed, and that ended in an error.
    pub(super) retried: (u32, u32),
}

/// All tests of a report.
#[derive(Debug, Default)]
pub(super) struct Tests {
    pub(super) tests: Vec<Test>,
    pub(super) stated: Stated,
    pub(super) suites: Vec<String>,
    pub(super) made: Option<String>,
}

/// An element that is open.
enum Frame {
    Suite(Suite),
    Test,
    Other,
}

/// A suite that is open.
#[derive(Default)]
struct Suite {
    name: String,
    line: usize,
    stated: BTreeMap<&'static str, u64>,
    /// Of the tests that are its own, and of those in suites inside it too.
    own: Counts,
    all: Counts,
    strata: BTreeMap<String, String>,
    first_test: usize,
}

type Counts = BTreeMap<&'static str, u64>;

const TESTS: &str = "tests";
const FAILURES: &str = "failures";
const ERRORS: &str = "errors";
const SKIPPED: &str = "skipped";

/// Reads the file `name`.
///
/// # Errors
/// When it is damaged, is no report of tests, or contradicts itself.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Tests, Refused> {
    let mut elements = Elements::new(name, bytes);
    let mut reader = Reader { name, tests: Tests::default(), frames: Vec::new() };
    while let Some(step) = elements.next()? {
        match step {
            Step::Open(element) => reader.open(element)?,
            Step::Close => reader.close()?,
        }
    }
    Ok(reader.tests)
}

struct Reader<'a> {
    name: &'a str,
    tests: Tests,
    frames: Vec<Frame>,
}

impl Reader<'_> {
    fn open(&mut self, mut element: Element) -> Result<(), Refused> {
        let in_test = self.frames.iter().any(|frame| matches!(frame, Frame::Test));
        let frame = match element.name.as_str() {
            "testsuites" | "testsuite" if !in_test => Frame::Suite(self.suite(&mut element)?),
            "testcase" if !in_test && !self.frames.is_empty() => {
                let test = self.test(&mut element)?;
                self.tests.tests.push(test);
                cases::few_rows(self.tests.tests.len())?;
                Frame::Test
            }
            _ if self.frames.is_empty() => {
                let message = format!("{}:{}: <{}> is no report of tests", self.name, element.line, element.name);
                return Err(Refused::by(&report::UNREADABLE, message));
            }
            "property" => {
                self.property(&element)?;
                Frame::Other
            }
            result => {
                if let (Some(Frame::Test), Some(test)) = (self.frames.last(), self.tests.tests.last_mut()) {
                    outcome(test, result);
                }
                Frame::Other
            }
        };
        self.frames.push(frame);
        Ok(())
    }

    fn suite(&mut self, element: &mut Element) -> Result<Suite, Refused> {
        let mut stated = BTreeMap::new();
        for key in [TESTS, FAILURES, ERRORS, SKIPPED] {
            if let Some(text) = element.attributes.get(key) {
                let count = text.trim().parse().map_err(|_| {
                    let message = format!("{}:{}: {key}=\"{text}\" is no count", self.name, element.line);
                    Refused::by(&report::UNREADABLE, message)
                })?;
                stated.insert(key, count);
            }
        }
        let name = element.attributes.remove("name").unwrap_or_default();
        self.tests.suites.extend((!name.is_empty()).then(|| name.clone()));
        if let (None, Some(made)) = (&self.tests.made, element.attributes.remove("timestamp")) {
            self.tests.made = Some(made);
        }
        Ok(Suite { name, line: element.line, stated, first_test: self.tests.tests.len(), ..Suite::default() })
    }

    fn test(&self, element: &mut Element) -> Result<Test, Refused> {
        let place = format!("{}:{}", self.name, element.line);
        let name = element.attributes.remove("name").unwrap_or_default();
        if name.is_empty() {
            return Err(Refused::by(&report::UNREADABLE, format!("{place}: a testcase without a name")));
        }
        let seconds = element.attributes.get("time").map(|text| seconds(&place, text)).transpose()?.flatten();
        let is_out = |key: &str, values: &[&str]| {
            element.attributes.get(key).is_some_and(|value| values.contains(&value.to_lowercase().as_str()))
        };
        let not_run =
            is_out("status", &["notrun", "skipped", "disabled"]) || is_out("result", &["skipped", "suppressed"]);
        let suite = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Suite(suite) => Some(suite.name.clone()),
            Frame::Test | Frame::Other => None,
        });
        let (class, line) = (element.attributes.remove("classname").unwrap_or_default(), element.line);
        Ok(Test { class, name, suite: suite.unwrap_or_default(), line, seconds, not_run, ..Test::default() })
    }

    /// `stratum` is `key=value`; `pv.subject` is `kind:name=digest`.
    fn property(&mut self, element: &Element) -> Result<(), Refused> {
        let get = |key: &str| element.attributes.get(key).map_or("", String::as_str);
        let (name, value) = (get("name"), get("value"));
        if name == stated::KEY || name == "pv.subject" {
            return stated::add_text(&mut self.tests.stated, format_args!("{}:{}", self.name, element.line), value);
        }
        if name != "stratum" {
            return Ok(());
        }
        let Some((key, value)) = value.split_once('=') else {
            let message = format!("{}:{}: the stratum `{value}` is not key=value", self.name, element.line);
            return Err(Refused::by(&report::AMBIGUOUS, message)
                .remedy("Write <property name=\"stratum\" value=\"key=value\"/>."));
        };
        let innermost = self.frames.iter_mut().rev().find(|frame| !matches!(frame, Frame::Other));
        let strata = match (innermost, self.tests.tests.last_mut()) {
            (Some(Frame::Suite(suite)), _) => &mut suite.strata,
            (Some(Frame::Test), Some(test)) => &mut test.strata,
            _ => return Ok(()),
        };
        strata.insert(key.trim().to_owned(), value.trim().to_owned());
        Ok(())
    }

    fn close(&mut self) -> Result<(), Refused> {
        match self.frames.pop() {
            Some(Frame::Test) => self.count(),
            Some(Frame::Suite(suite)) => self.close_suite(suite)?,
            Some(Frame::Other) | None => {}
        }
        Ok(())
    }

    /// Counts the test that just ended in every suite that is open.
    fn count(&mut self) {
        let Some(test) = self.tests.tests.last() else { return };
        let counts = [
            (TESTS, 1),
            (FAILURES, u64::from(test.failures)),
            (ERRORS, u64::from(test.errors)),
            (SKIPPED, u64::from(test.skipped)),
        ];
        let mut is_own = true;
        for frame in self.frames.iter_mut().rev() {
            let Frame::Suite(suite) = frame else { continue };
            for (key, count) in counts {
                *suite.all.entry(key).or_default() += count;
                *suite.own.entry(key).or_default() += if is_own { count } else { 0 };
            }
            is_own = false;
        }
    }

    /// Some tools count the tests of inner suites in the outer one, others do not.
    fn close_suite(&mut self, suite: Suite) -> Result<(), Refused> {
        for (key, stated) in &suite.stated {
            let count = |counts: &Counts| counts.get(key).copied().unwrap_or_default();
            if *stated != count(&suite.all) && *stated != count(&suite.own) {
                let message = format!(
                    "{}:{}: the suite `{}` states {stated} {key}; its testcases come to {}",
                    self.name,
                    suite.line,
                    suite.name,
                    count(&suite.all)
                );
                return Err(Refused::by(&report::CONTRADICTORY, message));
            }
        }
        for test in self.tests.tests.iter_mut().skip(suite.first_test) {
            for (key, value) in &suite.strata {
                test.strata.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(())
    }
}

/// What a child of a testcase says of it: `rerunFailure` and `flakyFailure` are Surefire's, `rerun` is pytest's.
fn outcome(test: &mut Test, child: &str) {
    match child {
        "failure" => test.failures += 1,
        "error" => test.errors += 1,
        "skipped" => test.skipped = true,
        "flakyFailure" | "rerunFailure" | "rerun" => test.retried.0 += 1,
        "flakyError" | "rerunError" => test.retried.1 += 1,
        _ => {}
    }
}

/// Surefire writes thousands with commas.
fn seconds(place: &str, text: &str) -> Result<Option<f64>, Refused> {
    let plain = text.trim().replace(',', "");
    if plain.is_empty() {
        return Ok(None);
    }
    let number = plain.parse::<f64>().map_or(Number::Other, Number::from);
    number.given(format_args!("{place}: time=\"{text}\""))
}
