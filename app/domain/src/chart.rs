//! The link chart of a case: who stands where, so that lines cross little.
//!
//! Incidents stand in the middle; units and alleged perpetrators at the side where reading begins, victims and witnesses at
//! the other. Pure and without chance: the same links always give the same drawing. Measures are pixels.

/// The width of a drawing.
pub const WIDTH: f64 = 960.0;
/// Boxes of parties, and of incidents: width, height.
pub const PARTY: (f64, f64) = (252.0, 44.0);
pub const INCIDENT: (f64, f64) = (262.0, 62.0);
/// The least room between two boxes.
const ROOM: f64 = 14.0;
/// How often the columns are sorted by each other.
const SWEEPS: usize = 8;

/// What part a party has in an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Perpetrator,
    Victim,
    Witness,
    Intervening,
}

impl Part {
    /// By its code in [`INVOLVEMENT_ROLE`](crate::vocabulary::INVOLVEMENT_ROLE).
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "alleged_perpetrator" => Some(Self::Perpetrator),
            "victim" => Some(Self::Victim),
            "witness" => Some(Self::Witness),
            "intervening_party" => Some(Self::Intervening),
            _ => None,
        }
    }
}

/// A column of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Where reading begins: units, alleged perpetrators.
    Start,
    /// Incidents.
    Middle,
    /// Victims, witnesses, intervening parties.
    End,
}

impl Column {
    /// Where its boxes begin, and how wide and high each is.
    #[must_use]
    pub const fn measures(self) -> (f64, f64, f64) {
        match self {
            Self::Start => (1.0, PARTY.0, PARTY.1),
            Self::Middle => ((WIDTH - INCIDENT.0) / 2.0, INCIDENT.0, INCIDENT.1),
            Self::End => (WIDTH - PARTY.0 - 1.0, PARTY.0, PARTY.1),
        }
    }

    const fn pitch(self) -> f64 {
        self.measures().2 + ROOM
    }
}

/// A part of a party in an incident; both by their place in the lists that are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub party: usize,
    pub incident: usize,
    pub part: Part,
}

/// A box: its column and its upper edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    pub column: Column,
    pub top: f64,
}

/// A line from a party's box to an incident's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub party: (f64, f64),
    pub incident: (f64, f64),
}

/// A drawing: each list in the order of what was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    pub height: f64,
    pub parties: Vec<Placed>,
    pub incidents: Vec<Placed>,
    pub lines: Vec<Line>,
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Which of so many things are drawn, at most `most`: those with the most links; of equals, those that come first.
#[must_use]
pub fn most_linked(count: usize, links: impl IntoIterator<Item = (usize, usize)>, most: usize) -> Vec<bool> {
    let mut degree = vec![0_usize; count];
    for (one, other) in links {
        degree[one] += 1;
        degree[other] += 1;
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(degree[at]), at));
    let mut drawn = vec![false; count];
    for at in order.into_iter().take(most) {
        drawn[at] = true;
    }
    drawn
}

/// The columns from top to bottom.
#[derive(Clone)]
struct Order {
    start: Vec<usize>,
    middle: Vec<usize>,
    end: Vec<usize>,
}

/// Where each thing stands in its column.
fn ranks(count: usize, column: &[usize]) -> Vec<Option<usize>> {
    let mut ranks = vec![None; count];
    for (rank, &at) in column.iter().enumerate() {
        ranks[at] = Some(rank);
    }
    ranks
}

/// How many pairs of lines cross between two columns.
fn crossings(lines: &mut [(usize, usize)], rows: usize) -> usize {
    lines.sort_unstable();
    let mut above = vec![0_usize; rows];
    let mut sum = 0;
    for chunk in lines.chunk_by(|one, other| one.0 == other.0) {
        for &(_, to) in chunk {
            sum += above[to + 1..].iter().sum::<usize>();
        }
        for &(_, to) in chunk {
            above[to] += 1;
        }
    }
    sum
}

impl Order {
    fn crossings(&self, parties: usize, incidents: usize, links: &[Link]) -> usize {
        let middle = ranks(incidents, &self.middle);
        [&self.start, &self.end]
            .into_iter()
            .map(|side| {
                let ranks = ranks(parties, side);
                let mut lines: Vec<(usize, usize)> = links
                    .iter()
                    .filter_map(|link| Some((middle[link.incident]?, ranks[link.party]?)))
                    .collect();
                crossings(&mut lines, side.len())
            })
            .sum()
    }

    /// Sorts the sides by the middle.
    fn sort_sides(&mut self, incidents: usize, links: &[Link]) {
        let middle = ranks(incidents, &self.middle);
        for side in [&mut self.start, &mut self.end] {
            sort_by_mean(side, |at| {
                let linked = links.iter().filter(|link| link.party == at);
                linked.filter_map(|link| middle[link.incident].map(number)).collect()
            });
        }
    }

    /// Sorts the middle by the sides, each measured by its own length.
    fn sort_middle(&mut self, parties: usize, links: &[Link]) {
        let sides = [&self.start, &self.end].map(|side| (ranks(parties, side), number(side.len().max(1))));
        sort_by_mean(&mut self.middle, |at| {
            let linked = links.iter().filter(|link| link.incident == at);
            linked
                .filter_map(|link| {
                    sides
                        .iter()
                        .find_map(|(ranks, length)| ranks[link.party].map(|rank| (number(rank) + 0.5) / length))
                })
                .collect()
        });
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / number(values.len()))
}

/// Sorts by the mean of what each is linked to; what is linked to nothing comes last, equals keep their order.
fn sort_by_mean(column: &mut [usize], linked: impl Fn(usize) -> Vec<f64>) {
    column.sort_by_cached_key(|&at| {
        // Thousandths: a key that sorts and compares exactly.
        mean(&linked(at)).map_or(i64::MAX, thousandths)
    });
}

#[expect(clippy::cast_possible_truncation, reason = "ranks of a drawing are small")]
fn thousandths(value: f64) -> i64 {
    (value * 1000.0).round() as i64
}

/// Puts boxes in their order as near as can be to where each would like to be (least squares), `pitch` apart at least, within
/// `height`.
fn settle(wishes: &[f64], pitch: f64, height: f64) -> Vec<f64> {
    // Runs of boxes that touch: the sum of wishes, less what stands above in the run, and how many.
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for (rank, wish) in wishes.iter().enumerate() {
        let mut run = (wish - number(rank) * pitch, 1);
        while let Some(&(sum, count)) = runs.last()
            && sum / number(count) > run.0 / number(run.1)
        {
            run = (run.0 + sum, run.1 + count);
            runs.pop();
        }
        runs.push(run);
    }
    let most = (height - pitch * number(wishes.len())).max(0.0);
    runs.iter()
        .flat_map(|&(sum, count)| std::iter::repeat_n((sum / number(count)).clamp(0.0, most).round(), count))
        .enumerate()
        .map(|(rank, offset)| offset + number(rank) * pitch)
        .collect()
}

/// Draws parties (whether each is a unit) and so many incidents with their links.
#[must_use]
pub fn draw(units: &[bool], incidents: usize, links: &[Link]) -> Drawing {
    let perpetrates = |party: usize| {
        links
            .iter()
            .any(|link| link.party == party && link.part == Part::Perpetrator)
    };
    let (start, end) = (0..units.len()).partition(|&party| units[party] || perpetrates(party));
    let mut order = Order {
        start,
        middle: (0..incidents).collect(),
        end,
    };
    // The first order has the incidents as they were given; another one must be better.
    order.sort_sides(incidents, links);
    let mut best = (order.crossings(units.len(), incidents, links), order.clone());
    for _ in 0..SWEEPS {
        order.sort_middle(units.len(), links);
        order.sort_sides(incidents, links);
        let crossed = order.crossings(units.len(), incidents, links);
        if crossed < best.0 {
            best = (crossed, order.clone());
        }
    }
    place(units.len(), incidents, links, &best.1)
}

fn place(parties: usize, incidents: usize, links: &[Link], order: &Order) -> Drawing {
    let columns = [
        (Column::Start, &order.start),
        (Column::Middle, &order.middle),
        (Column::End, &order.end),
    ];
    let height = columns
        .iter()
        .map(|(column, boxes)| number(boxes.len()) * column.pitch())
        .fold(0.0, f64::max);
    // Tops of the boxes, by rank; the fullest column is stacked, the middle follows it, then the sides follow the middle.
    let even = |column: Column, boxes: &[usize]| -> Vec<f64> {
        let step = height / number(boxes.len().max(1));
        let wishes: Vec<f64> = (0..boxes.len())
            .map(|rank| (number(rank) + 0.5) * step - column.pitch() / 2.0)
            .collect();
        settle(&wishes, column.pitch(), height)
    };
    let mut tops = columns.map(|(column, boxes)| even(column, boxes));
    let fuller = usize::from(order.end.len() >= order.start.len()) * 2;
    let ranks_of = [
        ranks(parties, &order.start),
        ranks(incidents, &order.middle),
        ranks(parties, &order.end),
    ];
    let centre = |tops: &[Vec<f64>; 3], at: usize, which: usize| {
        ranks_of[at][which].map(|rank| tops[at][rank] + columns[at].0.measures().2 / 2.0)
    };
    if number(columns[fuller].1.len()) * columns[fuller].0.pitch() > number(order.middle.len()) * Column::Middle.pitch()
    {
        let wishes: Vec<f64> = order
            .middle
            .iter()
            .enumerate()
            .map(|(rank, &incident)| {
                let linked = links.iter().filter(|link| link.incident == incident);
                let centres: Vec<f64> = linked.filter_map(|link| centre(&tops, fuller, link.party)).collect();
                mean(&centres).map_or(tops[1][rank], |mean| mean - INCIDENT.1 / 2.0)
            })
            .collect();
        tops[1] = settle(&wishes, Column::Middle.pitch(), height);
    }
    for at in [0, 2] {
        let wishes: Vec<f64> = columns[at]
            .1
            .iter()
            .enumerate()
            .map(|(rank, &party)| {
                let linked = links.iter().filter(|link| link.party == party);
                let centres: Vec<f64> = linked.filter_map(|link| centre(&tops, 1, link.incident)).collect();
                mean(&centres).map_or(tops[at][rank], |mean| mean - PARTY.1 / 2.0)
            })
            .collect();
        tops[at] = settle(&wishes, columns[at].0.pitch(), height);
    }
    let nowhere = Placed {
        column: Column::Middle,
        top: 0.0,
    };
    let mut placed = [vec![nowhere; parties], vec![nowhere; incidents]];
    for (at, (column, boxes)) in columns.into_iter().enumerate() {
        for (rank, &which) in boxes.iter().enumerate() {
            placed[usize::from(column == Column::Middle)][which] = Placed {
                column,
                top: tops[at][rank],
            };
        }
    }
    let [parties, incidents] = placed;
    let lines = lines(&parties, &incidents, links);
    Drawing {
        height: (height - ROOM).max(INCIDENT.1),
        parties,
        incidents,
        lines,
    }
}

/// Lines end at the edges of boxes, one below the other in the order of where they lead.
fn lines(parties: &[Placed], incidents: &[Placed], links: &[Link]) -> Vec<Line> {
    let mut lines: Vec<Line> = links
        .iter()
        .map(|link| {
            let (start, wide, _) = parties[link.party].column.measures();
            let (middle, broad, _) = Column::Middle.measures();
            let (from, to) = if parties[link.party].column == Column::Start {
                (start + wide, middle)
            } else {
                (start, middle + broad)
            };
            Line {
                party: (from, 0.0),
                incident: (to, 0.0),
            }
        })
        .collect();
    let spread = |ends: &mut Vec<usize>, top: f64, high: f64, towards: &dyn Fn(usize) -> f64| {
        ends.sort_by(|&one, &other| {
            towards(one)
                .total_cmp(&towards(other))
                .then(links[one].part.cmp(&links[other].part))
        });
        let gaps = number(ends.len().saturating_sub(1)).max(1.0);
        let step = ((high - 14.0) / gaps).min(11.0);
        let first = top + high / 2.0 - step * number(ends.len().saturating_sub(1)) / 2.0;
        ends.iter()
            .enumerate()
            .map(|(rank, &end)| (end, first + step * number(rank)))
            .collect::<Vec<_>>()
    };
    for (at, placed) in parties.iter().enumerate() {
        let mut ends: Vec<usize> = (0..links.len()).filter(|&n| links[n].party == at).collect();
        for (end, y) in spread(&mut ends, placed.top, PARTY.1, &|n| incidents[links[n].incident].top) {
            lines[end].party.1 = y;
        }
    }
    for (at, placed) in incidents.iter().enumerate() {
        for side in [Column::Start, Column::End] {
            let mut ends: Vec<usize> = (0..links.len())
                .filter(|&n| links[n].incident == at && parties[links[n].party].column == side)
                .collect();
            for (end, y) in spread(&mut ends, placed.top, INCIDENT.1, &|n| parties[links[n].party].top) {
                lines[end].incident.1 = y;
            }
        }
    }
    lines
}

/// A text in at most so many lines of at most so many characters; what has no room is cut with an ellipsis.
#[must_use]
pub fn broken(text: &str, wide: usize, most: usize) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let fits = line.is_empty() || length(&line) + 1 + length(word) <= wide;
        if !fits && lines.len() + 1 < most {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.iter().map(|line| cut(line, wide)).collect()
}

/// A text cut to so many characters, the last of them an ellipsis.
fn cut(text: &str, wide: usize) -> String {
    if text.chars().count() <= wide {
        return text.to_owned();
    }
    let kept: String = text.chars().take(wide.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(party: usize, incident: usize, part: Part) -> Link {
        Link { party, incident, part }
    }

    /// Sixty parties in ten incidents, scattered.
    fn scattered() -> (Vec<bool>, Vec<Link>) {
        let parts = [Part::Perpetrator, Part::Victim, Part::Witness, Part::Intervening];
        let units = (0..60).map(|at| at % 11 == 0).collect();
        let links = (0..150)
            .map(|n| link(n * 37 % 60, (n * n + n / 7) % 10, parts[n * 7 % 60 % 4]))
            .collect();
        (units, links)
    }

    fn overlap(one: &Placed, other: &Placed) -> bool {
        one.column == other.column && (one.top - other.top).abs() < one.column.measures().2 + ROOM
    }

    #[test]
    fn no_box_covers_another_and_all_are_on_the_sheet() {
        let (units, links) = scattered();
        let drawing = draw(&units, 10, &links);
        let boxes: Vec<_> = drawing.parties.iter().chain(&drawing.incidents).collect();
        for (at, one) in boxes.iter().enumerate() {
            assert!(boxes[at + 1..].iter().all(|other| !overlap(one, other)), "{one:?}");
            assert!(
                one.top >= 0.0 && one.top + one.column.measures().2 <= drawing.height,
                "{one:?}"
            );
        }
    }

    #[test]
    fn the_same_links_give_the_same_drawing() {
        let (units, links) = scattered();
        assert_eq!(draw(&units, 10, &links), draw(&units, 10, &links));
    }

    #[test]
    fn units_and_who_is_alleged_to_have_done_it_stand_where_reading_begins() {
        let links = [
            link(1, 0, Part::Perpetrator),
            link(1, 1, Part::Victim),
            link(2, 0, Part::Victim),
        ];
        let columns: Vec<_> = draw(&[true, false, false], 2, &links)
            .parties
            .iter()
            .map(|one| one.column)
            .collect();
        assert_eq!(columns, [Column::Start, Column::Start, Column::End]);
    }

    #[test]
    fn sorting_takes_crossings_out() {
        // Victims in the reverse order of their incidents: drawn as given, every pair of lines would cross.
        let links: Vec<_> = (0..8).map(|at| link(at, 7 - at, Part::Victim)).collect();
        let drawing = draw(&[false; 8], 8, &links);
        for (one, other) in drawing
            .lines
            .iter()
            .flat_map(|one| drawing.lines.iter().map(move |other| (one, other)))
        {
            assert!((one.party.1 - other.party.1) * (one.incident.1 - other.incident.1) >= 0.0);
        }
    }

    #[test]
    fn lines_end_at_the_edges_of_their_boxes() {
        let (units, links) = scattered();
        let drawing = draw(&units, 10, &links);
        for (link, line) in links.iter().zip(&drawing.lines) {
            for (placed, (x, y)) in [
                (drawing.parties[link.party], line.party),
                (drawing.incidents[link.incident], line.incident),
            ] {
                let (start, wide, high) = placed.column.measures();
                assert!(x == start || x == start + wide);
                assert!((placed.top..=placed.top + high).contains(&y));
            }
        }
    }

    #[test]
    fn nothing_to_draw_is_drawn_without_complaint() {
        assert_eq!(draw(&[], 0, &[]).lines, []);
        assert_eq!(draw(&[], 3, &[]).incidents.len(), 3);
        assert_eq!(draw(&[true], 0, &[]).parties.len(), 1);
    }

    #[test]
    fn the_most_linked_are_drawn_and_of_equals_the_first() {
        assert_eq!(most_linked(4, [(0, 3), (1, 3), (1, 2)], 2), [false, true, false, true]);
        assert_eq!(most_linked(3, [], 2), [true, true, false]);
        assert_eq!(most_linked(2, [(0, 1)], 9), [true, true]);
    }

    #[test]
    fn a_text_is_broken_at_words_and_cut_at_its_end() {
        assert_eq!(
            broken("Armed entry and shooting at a hospital", 16, 2),
            ["Armed entry and", "shooting at a h…"]
        );
        assert_eq!(broken("كمين لدورية أمنية", 40, 2), ["كمين لدورية أمنية"]);
        assert_eq!(broken("", 10, 2), Vec::<String>::new());
        assert_eq!(broken("abcdefghijkl", 6, 2), ["abcde…"]);
    }
}
