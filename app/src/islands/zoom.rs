//! Coming closer to a drawing, and moving about in it (`parts::drawing`).
//!
//! The drawing is the server's and is whole without this: only its `viewBox` is changed, and given back for paper. It has no
//! properties: the buttons stand before it in the markup, hidden until it wakes. Nothing is animated.

use leptos::prelude::*;

/// Wakes the buttons and the drawing of the figure around it.
#[island]
pub fn Zoom() -> impl IntoView {
    let root = NodeRef::<leptos::html::Span>::new();
    #[cfg(feature = "hydrate")]
    root.on_load(|root| {
        awake::wake(&root);
    });
    view! { <span node_ref=root hidden=true></span> }
}

#[cfg(feature = "hydrate")]
mod awake {
    use js_sys::{Number, parse_float};
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use wasm_bindgen::prelude::*;
    use web_sys::{DomRect, Element, Event, EventTarget, HtmlElement, KeyboardEvent, PointerEvent, WheelEvent, Window};

    /// The closest: so many pixels for one of the drawing's.
    const CLOSEST: f64 = 4.0;
    /// One step of a button or key.
    const STEP: f64 = 1.5;
    /// Smaller letters than this part of their size are not read: the drawing is then shown in part from the start.
    const LEGIBLE: f64 = 0.8;
    /// A drawing of which a part is shown takes at most so much of the window's height, so that the page can be moved beside it.
    const TALLEST: f64 = 0.7;
    /// Room around what has the focus, in pixels.
    const AIR: f64 = 8.0;
    /// A pointer that moved so far meant to drag and not to follow a link, in pixels.
    const DRAGGED: f64 = 5.0;

    /// What is seen: from where on, and how many pixels one of the drawing's is.
    #[derive(Clone, Copy)]
    struct View {
        x: f64,
        y: f64,
        scale: f64,
    }

    struct Zoom {
        window: Window,
        sheet: HtmlElement,
        svg: Element,
        tools: Element,
        /// Where the scale is told.
        told: Element,
        /// The drawing's own size, and its own view box.
        size: (f64, f64),
        whole_box: String,
        /// Reading begins on the right.
        from_right: bool,
        /// The size on the page.
        seen: Cell<(f64, f64)>,
        view: Cell<View>,
        /// Pointers that are down: number and place.
        down: RefCell<Vec<(i32, f64, f64)>>,
        /// How far they went since the first came down.
        went: Cell<f64>,
    }

    pub fn wake(root: &HtmlElement) -> Option<()> {
        let figure = root.closest("figure").ok()??;
        let sheet: HtmlElement = figure.query_selector(".chart-sheet").ok()??.dyn_into().ok()?;
        let svg = sheet.query_selector("svg").ok()??;
        let tools: HtmlElement = figure.query_selector(".zoom").ok()??.dyn_into().ok()?;
        let whole_box = svg.get_attribute("viewBox")?;
        let mut numbers = whole_box.split(' ').skip(2).map(parse_float);
        let window = web_sys::window()?;
        let zoom = Rc::new(Zoom {
            from_right: window.document()?.document_element()?.get_attribute("dir").as_deref() == Some("rtl")
                && !sheet.class_list().contains("chart-sheet--unmirrored"),
            told: tools.query_selector("[role=status]").ok()??,
            size: (numbers.next()?, numbers.next()?),
            seen: Cell::new((1.0, 1.0)),
            view: Cell::new(View {
                x: 0.0,
                y: 0.0,
                scale: 1.0,
            }),
            down: RefCell::default(),
            went: Cell::new(0.0),
            tools: tools.clone().into(),
            whole_box,
            window,
            sheet,
            svg,
        });
        let labelled = zoom.svg.get_attribute("aria-labelledby")?;
        for (name, value) in [
            ("tabindex", "0"),
            ("role", "group"),
            ("aria-labelledby", labelled.as_str()),
        ] {
            set(&zoom.sheet, name, value);
        }
        tools.set_hidden(false);
        zoom.fit();
        zoom.begin();
        zoom.listen(&tools);
        Some(())
    }

    fn on(zoom: &Rc<Zoom>, target: &EventTarget, event: &str, run: impl Fn(&Zoom, &Event) + 'static) {
        let zoom = zoom.clone();
        let run = Closure::<dyn Fn(Event)>::new(move |event: Event| run(&zoom, &event));
        // Before anything inside hears of it: a drag over a link is no click on it.
        let _ = target.add_event_listener_with_callback_and_bool(event, run.as_ref().unchecked_ref(), true);
        run.forget();
    }

    fn set(element: &Element, name: &str, value: &str) {
        let _ = element.set_attribute(name, value);
    }

    /// A number as the browser writes it: what Rust would bring along for that is larger than all the rest here.
    fn written(number: f64) -> String {
        Number::from(number)
            .to_string_with_radix(10)
            .map(String::from)
            .unwrap_or_default()
    }

    fn far(x: f64, y: f64) -> f64 {
        (x * x + y * y).sqrt()
    }

    impl Zoom {
        fn listen(self: &Rc<Self>, tools: &EventTarget) {
            on(self, tools, "click", |zoom, event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let button = target.and_then(|target| target.closest("[data-zoom]").ok().flatten());
                let (x, y) = zoom.middle();
                match button.and_then(|button| button.get_attribute("data-zoom")).as_deref() {
                    Some("in") => zoom.closer(STEP, x, y),
                    Some("out") => zoom.closer(1.0 / STEP, x, y),
                    Some("whole") => zoom.show(zoom.whole()),
                    _ => {}
                }
            });
            let sheet: &EventTarget = &self.sheet;
            on(self, sheet, "keydown", |zoom, event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                    && zoom.key(event)
                {
                    event.prevent_default();
                }
            });
            on(self, sheet, "wheel", |zoom, event| {
                let Some(event) = event
                    .dyn_ref::<WheelEvent>()
                    .filter(|event| event.ctrl_key() || event.meta_key())
                else {
                    return;
                };
                event.prevent_default();
                let (x, y) = zoom.at(event.client_x().into(), event.client_y().into());
                // A notch of a wheel is a hundred.
                let by = 1.0 + event.delta_y().clamp(-100.0, 100.0).abs() / 100.0 * (STEP - 1.0);
                zoom.closer(if event.delta_y() < 0.0 { by } else { 1.0 / by }, x, y);
            });
            for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
                on(self, sheet, name, move |zoom, event| {
                    if let Some(event) = event.dyn_ref() {
                        zoom.pointer(name, event);
                    }
                });
            }
            on(self, sheet, "click", |zoom, event| {
                if zoom.went.get() > DRAGGED {
                    event.prevent_default();
                    event.stop_propagation();
                }
            });
            on(self, sheet, "dragstart", |_, event| event.prevent_default());
            on(self, sheet, "focusin", |zoom, event| {
                if let Some(link) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
                    zoom.bring(&link);
                }
            });
            let window: &EventTarget = &self.window;
            // A telephone is turned: what was whole begins again, else what was seen where reading begins stays there.
            on(self, window, "resize", |zoom, _| {
                let (view, (before, _), was_whole) = (zoom.view.get(), zoom.seen.get(), zoom.is_whole());
                zoom.fit();
                if was_whole {
                    return zoom.begin();
                }
                let (after, _) = zoom.seen.get();
                let wider = if zoom.from_right { before - after } else { 0.0 };
                zoom.show(View {
                    x: view.x + wider / view.scale,
                    ..view
                });
            });
            on(self, window, "beforeprint", |zoom, _| {
                set(&zoom.svg, "viewBox", &zoom.whole_box);
                zoom.sized(zoom.size);
            });
            on(self, window, "afterprint", |zoom, _| {
                zoom.sized(zoom.seen.get());
                zoom.show(zoom.view.get());
            });
        }

        fn sized(&self, (width, height): (f64, f64)) {
            set(&self.svg, "width", &written(width));
            set(&self.svg, "height", &written(height));
        }

        /// Takes the room there is.
        fn fit(&self) {
            let width = f64::from(self.sheet.client_width()).max(1.0);
            let part = (width / self.size.0).min(1.0);
            let window = self
                .window
                .inner_height()
                .ok()
                .and_then(|height| height.as_f64())
                .unwrap_or(800.0);
            let height = if part < LEGIBLE {
                self.size.1.min((window * TALLEST).floor())
            } else {
                self.size.1 * part
            };
            self.seen.set((width, height));
            self.sized((width, height));
        }

        fn begin(&self) {
            let (width, _) = self.seen.get();
            if width / self.size.0 < LEGIBLE {
                let x = if self.from_right { self.size.0 - width } else { 0.0 };
                self.show(View { x, y: 0.0, scale: 1.0 });
                // A map begins where the most is.
                if let Ok(Some(most)) = self.svg.query_selector("[data-begin]") {
                    let (place, (_, height)) = (most.get_bounding_client_rect(), self.seen.get());
                    let (x, y) = self.at(place.left() + place.width() / 2.0, place.top() + place.height() / 2.0);
                    self.go(x - width / 2.0, y - height / 2.0);
                }
            } else {
                self.show(self.whole());
            }
        }

        fn whole(&self) -> View {
            let (width, height) = self.seen.get();
            let scale = (width / self.size.0).min(height / self.size.1);
            View { x: 0.0, y: 0.0, scale }
        }

        fn is_whole(&self) -> bool {
            self.view.get().scale <= self.whole().scale * 1.001
        }

        /// Shows what can be shown of it.
        fn show(&self, wanted: View) {
            let (width, height) = self.seen.get();
            let least = self.whole().scale;
            let scale = wanted.scale.clamp(least, CLOSEST.max(least));
            // What is smaller than the room for it stands where reading begins.
            let within = |from: f64, spare: f64, at_end: bool| match (spare < 0.0, at_end) {
                (true, true) => spare,
                (true, false) => 0.0,
                (false, _) => from.clamp(0.0, spare),
            };
            let (wide, high) = (width / scale, height / scale);
            let view = View {
                x: within(wanted.x, self.size.0 - wide, self.from_right),
                y: within(wanted.y, self.size.1 - high, false),
                scale,
            };
            self.view.set(view);
            set(
                &self.svg,
                "viewBox",
                &[view.x, view.y, wide, high].map(written).join(" "),
            );
            let at_whole = self.is_whole();
            set(&self.sheet, "data-zoom", if at_whole { "whole" } else { "part" });
            self.told
                .set_text_content(Some(&(written((scale * 100.0 + 0.5).floor()) + "%")));
            for (name, done) in [("in", scale >= CLOSEST * 0.999), ("out", at_whole), ("whole", at_whole)] {
                if let Ok(Some(button)) = self.tools.query_selector(&format!("[data-zoom={name}]")) {
                    set(&button, "aria-disabled", if done { "true" } else { "false" });
                }
            }
        }

        /// Comes closer, or goes away, with a point of the page standing still.
        fn closer(&self, by: f64, x: f64, y: f64) {
            let view = self.view.get();
            let least = self.whole().scale;
            let scale = (view.scale * by).clamp(least, CLOSEST.max(least));
            self.show(View {
                x: view.x + x / view.scale - x / scale,
                y: view.y + y / view.scale - y / scale,
                scale,
            });
        }

        /// Moves by so many pixels; whether there was anything to move.
        fn go(&self, x: f64, y: f64) -> bool {
            let view = self.view.get();
            self.show(View {
                x: view.x + x / view.scale,
                y: view.y + y / view.scale,
                ..view
            });
            let now = self.view.get();
            now.x.to_bits() != view.x.to_bits() || now.y.to_bits() != view.y.to_bits()
        }

        fn place(&self) -> DomRect {
            self.svg.get_bounding_client_rect()
        }

        /// A place of the window, from the drawing's corner.
        fn at(&self, x: f64, y: f64) -> (f64, f64) {
            let place = self.place();
            (x - place.left(), y - place.top())
        }

        /// The middle of what of the drawing is in the window.
        fn middle(&self) -> (f64, f64) {
            let (place, (width, height)) = (self.place(), self.seen.get());
            let window = self
                .window
                .inner_height()
                .ok()
                .and_then(|height| height.as_f64())
                .unwrap_or(height);
            let (top, bottom) = ((-place.top()).max(0.0), (window - place.top()).min(height));
            (width / 2.0, f64::midpoint(top, bottom.max(top)))
        }

        /// Whether the key means something here.
        fn key(&self, event: &KeyboardEvent) -> bool {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return false;
            }
            let (x, y) = self.middle();
            let (width, height) = self.seen.get();
            let (aside, down) = (width / 6.0, height.min(y * 2.0) / 6.0);
            match event.key().as_str() {
                "+" | "=" => self.closer(STEP, x, y),
                "-" | "−" => self.closer(1.0 / STEP, x, y),
                "0" | "٠" => self.show(self.whole()),
                "ArrowRight" => return self.go(aside, 0.0),
                "ArrowLeft" => return self.go(-aside, 0.0),
                "ArrowDown" => return self.go(0.0, down),
                "ArrowUp" => return self.go(0.0, -down),
                _ => return false,
            }
            true
        }

        /// One pointer drags, two bring closer.
        fn pointer(&self, name: &str, event: &PointerEvent) {
            let (x, y) = self.at(event.client_x().into(), event.client_y().into());
            let id = event.pointer_id();
            let mut down = self.down.borrow_mut();
            let known = down.iter().position(|(other, ..)| *other == id);
            match (name, known) {
                ("pointerdown", None) if event.button() == 0 && down.len() < 2 => {
                    if down.is_empty() {
                        self.went.set(0.0);
                    }
                    down.push((id, x, y));
                }
                ("pointermove", Some(at)) => {
                    let before = down[at];
                    let went = self.went.get() + far(x - before.1, y - before.2);
                    self.went.set(went);
                    if went <= DRAGGED && down.len() == 1 {
                        return;
                    }
                    // Also what leaves the drawing meanwhile is heard.
                    let _ = self.sheet.set_pointer_capture(id);
                    down[at] = (id, x, y);
                    match down.iter().find(|(other, ..)| *other != id) {
                        Some((_, ox, oy)) => {
                            let (was, is) = (far(before.1 - ox, before.2 - oy), far(x - ox, y - oy));
                            self.closer(is / was.max(1.0), f64::midpoint(x, *ox), f64::midpoint(y, *oy));
                        }
                        None => {
                            self.go(before.1 - x, before.2 - y);
                        }
                    }
                }
                ("pointerup" | "pointercancel", Some(at)) => {
                    down.remove(at);
                }
                _ => {}
            }
        }

        /// What has the focus is seen.
        fn bring(&self, link: &Element) {
            let ((left, top), (width, height)) = (self.at(0.0, 0.0), self.seen.get());
            let place = link.get_bounding_client_rect();
            // By so much it sticks out, with some air around it.
            let out = |from: f64, to: f64, room: f64| (from - AIR).min(0.0) + (to + AIR - room).max(0.0);
            let x = out(place.left() + left, place.right() + left, width);
            let y = out(place.top() + top, place.bottom() + top, height);
            if !link.is_same_node(Some(self.sheet.as_ref())) {
                self.go(x, y);
            }
        }
    }
}
