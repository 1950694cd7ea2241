//! Where a model stands in its life on a day: served, announced to go, about to go, gone.

use jiff::civil::Date;

use super::{Catalogue, Entry, ModelId};

/// Where a model stands in its life, where that is worth saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its retirement is announced, for the day if one is.
    Deprecated(Option<Date>),
    /// It retires on the day, which is near.
    RetiringSoon(Date),
    /// It is no longer served, from the day on.
    Retired(Date),
}

impl Catalogue {
    /// Where the model stands on `today`; a day at most `near` days off is near. `None`: nothing is announced, or known of
    /// its host.
    pub fn standing(&self, id: &str, today: Date, near: f64) -> Option<Standing> {
        let id = ModelId::parse(id);
        let entry = self.entry(&id)?;
        match id.host.as_ref().and_then(|host| entry.retires_on.get(host)) {
            Some(retires) => leaving(*retires, today, near),
            None if id.is_at_home() => at_home(entry, today, near),
            None => None,
        }
    }
}

/// By the maker's own calendar: nothing before it announced anything.
fn at_home(entry: &Entry, today: Date, near: f64) -> Option<Standing> {
    match (entry.deprecated, entry.retires) {
        (Some(announced), _) if today < announced => None,
        (announced, Some(retires)) => {
            let is_announced = announced.is_some();
            leaving(retires, today, near).or(is_announced.then_some(Standing::Deprecated(Some(retires))))
        }
        (announced, None) => announced.map(|_| Standing::Deprecated(None)),
    }
}

/// Of a day whose announcement is not dated, only its nearness is told: nobody may have known of it before.
fn leaving(retires: Date, today: Date, near: f64) -> Option<Standing> {
    let left = f64::from((retires - today).get_days());
    match retires <= today {
        true => Some(Standing::Retired(retires)),
        false => (left <= near).then_some(Standing::RetiringSoon(retires)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::Catalogue;
    use super::Standing::{self, *};

    #[test]
    fn a_model_lives_by_its_hosts_calendar() {
        let (announced, gone) = (date(2026, 10, 23), date(2027, 1, 14));
        let standing = |id: &str, today| Catalogue::default().standing(id, today, 60.0);
        let table: [(&str, Option<Standing>, _); 12] = [
            ("gemini-2.0-flash", None, date(2026, 1, 1)),
            ("gpt-4-0613", None, date(2026, 4, 21)),
            ("gpt-4-0613", Some(Deprecated(Some(announced))), date(2026, 5, 1)),
            ("gpt-4-0613", Some(RetiringSoon(announced)), date(2026, 8, 24)),
            ("gpt-4-0613", Some(Retired(announced)), announced),
            ("gpt-4o-2024-08-06", Some(RetiringSoon(gone)), date(2026, 11, 22)),
            ("azure/gpt-4-0613", Some(Retired(date(2025, 6, 6))), date(2026, 1, 1)),
            ("together_ai/gpt-4-0613", None, announced),
            ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", Some(RetiringSoon(date(2026, 9, 10))), date(2026, 8, 1)),
            ("claude-3-haiku-20240307", Some(Retired(date(2026, 4, 20))), date(2026, 5, 1)),
            ("command-r", Some(Deprecated(None)), date(2026, 1, 1)),
            ("acme-large", None, announced),
        ];
        for (id, expected, today) in table {
            assert_eq!(standing(id, today), expected, "{id} on {today}");
        }
    }
}
