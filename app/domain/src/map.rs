//! A map without tiles: points of the vocabulary on a graticule, and labels that don't cover each other.
//!
//! Equirectangular, with degrees of longitude shortened by the cosine of the middle latitude; over a country as small as this
//! the error is less than a dot. Pure; measures are pixels from the upper left corner. North is up in every language.

mod outline;

use crate::vocabulary::{PLACE, Place, Position};
use outline::OUTLINE;
use std::ops::RangeInclusive;

/// Kilometres of a degree of latitude.
const KM: f64 = 111.2;
/// A map shows at least so many degrees of latitude.
const LEAST_SPAN: f64 = 0.4;
/// Degrees between lines of the graticule.
const STEPS: [f64; 6] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
/// Lengths that a scale bar may have, in kilometres.
const BARS: [u32; 6] = [5, 10, 20, 50, 100, 200];

/// Where a place is shown: at its own centre, or at that of the place it lies in.
#[must_use]
pub fn shown_at(code: &str) -> Option<&'static Place> {
    let mut place = PLACE.get(code);
    while let Some(this) = place {
        if this.position.is_some() {
            return Some(first_at(this));
        }
        place = this.within();
    }
    None
}

/// Of a governorate, its district and sub-district with one centre, the smallest of which the centre is the town: so that what is
/// at one point counts together.
fn first_at(place: &'static Place) -> &'static Place {
    PLACE
        .iter()
        .find(|other| other.position == place.position)
        .unwrap_or(place)
}

/// The towns that orient a reader: centres of governorates and districts, each point once.
pub fn towns() -> impl Iterator<Item = (&'static Place, Position)> {
    PLACE
        .iter()
        .filter_map(|place| Some((place, place.position?)))
        .filter(|(place, _)| place.level <= crate::vocabulary::Level::District && std::ptr::eq(first_at(place), *place))
}

/// A point of the sea, where its name may stand.
pub const SEA: Position = Position { lat: 35.1, lon: 35.6 };

/// From degrees to the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    west: f64,
    north: f64,
    /// Pixels of a degree of longitude, of latitude.
    across: f64,
    down: f64,
    pub width: f64,
    pub height: f64,
}

impl Projection {
    /// Shows all of the points, with some room around them, on a sheet that is so wide and that high at least and at most.
    #[must_use]
    pub fn fit(points: &[Position], width: f64, heights: RangeInclusive<f64>) -> Option<Self> {
        let bounds = |of: fn(&Position) -> f64| {
            let values = || points.iter().map(of);
            let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
            (f64::midpoint(low, high), high - low)
        };
        if points.is_empty() {
            return None;
        }
        let ((lat, lat_span), (lon, lon_span)) = (bounds(|at| at.lat), bounds(|at| at.lon));
        let shorter = lat.to_radians().cos();
        let (lat_span, lon_span) = ((lat_span * 1.3).max(LEAST_SPAN), lon_span * 1.3);
        let down = (width / (lon_span * shorter)).min(heights.end() / lat_span);
        let height = (down * lat_span).max(*heights.start());
        let across = down * shorter;
        Some(Self {
            west: lon - width / across / 2.0,
            north: lat + height / down / 2.0,
            across,
            down,
            width,
            height,
        })
    }

    /// Where a point stands.
    #[must_use]
    pub fn at(&self, position: Position) -> (f64, f64) {
        (
            (position.lon - self.west) * self.across,
            (self.north - position.lat) * self.down,
        )
    }

    /// Whether a point is on the sheet.
    #[must_use]
    pub fn shows(&self, position: Position) -> bool {
        let (x, y) = self.at(position);
        (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y)
    }

    /// The coast, or the borders, as far as they are near the sheet: lines of points, which may begin and end beside it.
    #[must_use]
    pub fn outline(&self, border: bool) -> Vec<Vec<(f64, f64)>> {
        let near = |(x, y): &(f64, f64)| {
            (-self.width..=2.0 * self.width).contains(x) && (-self.height..=2.0 * self.height).contains(y)
        };
        let of_kind = OUTLINE.iter().filter(|line| line.border == border);
        let mut lines = Vec::new();
        for line in of_kind {
            let points = line.points.iter().map(|&(lon, lat)| self.at(Position { lat, lon }));
            let points: Vec<_> = points.collect();
            lines.extend(
                points
                    .split(|point| !near(point))
                    .filter(|part| part.len() > 1)
                    .map(<[_]>::to_vec),
            );
        }
        lines
    }

    /// Parallels: degrees north, and how far down.
    #[must_use]
    pub fn parallels(&self) -> Vec<(f64, f64)> {
        let south = self.north - self.height / self.down;
        let lines = lines(south, self.north, self.down).into_iter();
        lines.map(|lat| (lat, (self.north - lat) * self.down)).collect()
    }

    /// Meridians: degrees east, and how far across.
    #[must_use]
    pub fn meridians(&self) -> Vec<(f64, f64)> {
        let east = self.west + self.width / self.across;
        let lines = lines(self.west, east, self.across).into_iter();
        lines.map(|lon| (lon, (lon - self.west) * self.across)).collect()
    }

    /// A scale bar: kilometres, and how long that is.
    #[must_use]
    pub fn bar(&self) -> (u32, f64) {
        let long = |km: u32| f64::from(km) / KM * self.down;
        let km = BARS.into_iter().find(|km| long(*km) >= 70.0).unwrap_or(200);
        (km, long(km))
    }
}

/// Round degrees between two, with room between their lines.
fn lines(from: f64, to: f64, pixels: f64) -> Vec<f64> {
    let step = STEPS.into_iter().find(|step| step * pixels >= 90.0).unwrap_or(5.0);
    let first = (from / step).ceil();
    (0..100_u32)
        .map(|n| (first + f64::from(n)) * step)
        .take_while(|at| *at <= to)
        .collect()
}

/// A circle that takes as much of the sheet as its count, so far as it can be seen and touched.
#[must_use]
pub fn radius(count: usize) -> f64 {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    (10.0 * count.sqrt()).clamp(12.0, 34.0)
}

/// A dot or circle with a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    pub at: (f64, f64),
    pub radius: f64,
    /// How wide its name is.
    pub wide: f64,
    /// Its name stands even where it covers another.
    pub must: bool,
}

/// On which side of its dot a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Right,
    Left,
    Above,
    Below,
}

/// How high a name is.
const HIGH: f64 = 18.0;

/// Left, top, right, bottom.
type Area = (f64, f64, f64, f64);

impl Dot {
    fn area(&self) -> Area {
        let ((x, y), r) = (self.at, self.radius);
        (x - r, y - r, x + r, y + r)
    }

    fn name_area(&self, side: Side) -> Area {
        let ((x, y), r) = (self.at, self.radius + 4.0);
        let half = HIGH / 2.0;
        match side {
            Side::Right => (x + r, y - half, x + r + self.wide, y + half),
            Side::Left => (x - r - self.wide, y - half, x - r, y + half),
            Side::Above => (x - self.wide / 2.0, y - r - HIGH, x + self.wide / 2.0, y - r),
            Side::Below => (x - self.wide / 2.0, y + r, x + self.wide / 2.0, y + r + HIGH),
        }
    }
}

fn meet(one: &Area, other: &Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

/// Where names stand: none where it would cover a dot or another name. Those that must stand are placed first.
#[must_use]
pub fn names(dots: &[Dot], width: f64, height: f64) -> Vec<Option<Side>> {
    let mut taken: Vec<Area> = dots.iter().map(Dot::area).collect();
    let mut sides = vec![None; dots.len()];
    let mut order: Vec<usize> = (0..dots.len()).collect();
    order.sort_by_key(|&at| (!dots[at].must, at));
    for at in order {
        let dot = &dots[at];
        let free = [Side::Right, Side::Left, Side::Above, Side::Below]
            .into_iter()
            .find(|side| {
                let area = dot.name_area(*side);
                let inside = area.0 >= 0.0 && area.1 >= 0.0 && area.2 <= width && area.3 <= height;
                inside && !taken.iter().any(|other| meet(&area, other))
            });
        let side = free.or_else(|| dot.must.then_some(Side::Right));
        if let Some(side) = side {
            taken.push(dot.name_area(side));
        }
        sides[at] = side;
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATAKIA: Position = Position { lat: 35.52, lon: 35.79 };
    const HOMS: Position = Position { lat: 34.73, lon: 36.71 };

    #[test]
    fn every_point_is_on_the_sheet_and_north_is_up() {
        let map = Projection::fit(&[LATAKIA, HOMS], 800.0, 380.0..=620.0).expect("a map");
        assert!(map.shows(LATAKIA) && map.shows(HOMS));
        let ((x, y), (east, south)) = (map.at(LATAKIA), map.at(HOMS));
        assert!(x < east && y < south);
        assert!((380.0..=620.0).contains(&map.height));
        assert_eq!(Projection::fit(&[], 800.0, 380.0..=620.0), None);
    }

    #[test]
    fn a_kilometre_is_as_long_across_as_down() {
        let map = Projection::fit(&[LATAKIA, HOMS], 800.0, 380.0..=620.0).expect("a map");
        let middle = f64::midpoint(LATAKIA.lat, HOMS.lat);
        let moved = |lat: f64, lon: f64| {
            map.at(Position {
                lat: middle + lat,
                lon: 36.0 + lon,
            })
        };
        let (here, north, east) = (
            moved(0.0, 0.0),
            moved(0.1, 0.0),
            moved(0.0, 0.1 / middle.to_radians().cos()),
        );
        assert!(((here.1 - north.1) - (east.0 - here.0)).abs() < 1e-6);
        let (km, long) = map.bar();
        assert!((f64::from(km) / long - 0.1 * KM / (here.1 - north.1)).abs() < 1e-6);
    }

    #[test]
    fn one_point_has_a_map_too() {
        let map = Projection::fit(&[HOMS], 800.0, 380.0..=620.0).expect("a map");
        assert!((map.at(HOMS).0 - 400.0).abs() < 1e-6);
        assert!((2..=12).contains(&map.parallels().len()), "{:?}", map.parallels());
        assert!((2..=12).contains(&map.meridians().len()));
    }

    #[test]
    fn a_place_without_a_centre_is_shown_where_it_lies() {
        let houla = shown_at("SY040101").expect("Taldu is in Homs");
        assert_eq!((houla.position, houla.code), (Some(HOMS), "SY04"));
        assert_eq!(shown_at("SY0602").map(|place| place.code), Some("SY0602"));
        assert_eq!(shown_at("nowhere"), None);
    }

    #[test]
    fn ports_lie_on_the_coast_and_the_border_is_where_it_is() {
        let towns: Vec<_> = towns().collect();
        let map = Projection::fit(
            &towns.iter().map(|(_, at)| *at).collect::<Vec<_>>(),
            860.0,
            380.0..=620.0,
        )
        .expect("a map");
        let far = |at: Position, border: bool| {
            let (x, y) = map.at(at);
            let lines = map.outline(border).into_iter().flatten();
            let pixels = lines
                .map(|(other, down)| (other - x).hypot(down - y))
                .fold(f64::MAX, f64::min);
            pixels / map.down * KM
        };
        let at = |name: &str| {
            towns
                .iter()
                .find(|(place, _)| place.en == name)
                .map(|(_, at)| *at)
                .expect(name)
        };
        for port in ["Latakia", "Jablah", "Banyas", "Tartus"] {
            assert!(far(at(port), false) < 5.0, "{port}: {} km", far(at(port), false));
        }
        for inland in ["Homs", "Hama", "Masyaf"] {
            assert!(far(at(inland), false) > 30.0, "{inland}");
        }
        assert!(far(at("Tall Kalakh"), true) < 10.0, "beside Lebanon");
        assert!(far(SEA, false) > 20.0);
    }

    #[test]
    fn every_town_stands_once() {
        let mut points: Vec<_> = towns().map(|(_, at)| (at.lat.to_bits(), at.lon.to_bits())).collect();
        let all = points.len();
        points.sort_unstable();
        points.dedup();
        assert_eq!(points.len(), all);
        assert!(all >= 20);
    }

    #[test]
    fn names_cover_neither_dots_nor_each_other() {
        let map = Projection::fit(&towns().map(|(_, at)| at).collect::<Vec<_>>(), 860.0, 380.0..=620.0).expect("a map");
        let dots: Vec<_> = towns()
            .map(|(_, at)| Dot {
                at: map.at(at),
                radius: 3.0,
                wide: 70.0,
                must: false,
            })
            .collect();
        let sides = names(&dots, map.width, map.height);
        let areas: Vec<_> = dots
            .iter()
            .zip(&sides)
            .filter_map(|(dot, side)| Some(dot.name_area((*side)?)))
            .collect();
        assert!(areas.len() * 2 > dots.len());
        for (at, one) in areas.iter().enumerate() {
            assert!(areas[at + 1..].iter().all(|other| !meet(one, other)));
            assert!(dots.iter().all(|dot| !meet(one, &dot.area())));
        }
        assert_eq!(sides, names(&dots, map.width, map.height));
    }
}
