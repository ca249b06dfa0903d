/* What happens in the browser alone: theme, keys, focus, and the picture under the pointer. */
(function () {
    "use strict";

    const THEME_KEY = "mantine-color-scheme-value"; // where Mantine looks for it

    /* Pages that are reached from another one, whose link is marked. */
    const PARTS = { people: ["ignored"], resemblance: ["lookalike", "verify"] };

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.faceLabeler = {
        /* Mark the link of the page that is shown. */
        markPage(path) {
            const page = (path || "/").split("/")[1];
            setTimeout(() => {
                document.querySelectorAll(".nav-link").forEach((link) => {
                    const target = link.getAttribute("href").split("/")[1];
                    const here = target === page || (PARTS[target] || []).includes(page);
                    if (here) link.setAttribute("aria-current", "page");
                    else link.removeAttribute("aria-current");
                    // On a phone not all links are in sight.
                    if (here) link.scrollIntoView({ inline: "center", block: "nearest" });
                });
            });
            return "nav";
        },

        /* After a group got its name, go on with the group that took its place. */
        focusNextName(_groups, done) {
            // The groups are also drawn for other reasons, such as "+5 more".
            const isNew = Boolean(done) && done.serial !== lastSerial;
            if (isNew) lastSerial = done.serial;
            if (isNew && named !== null) {
                const { place, field } = named;
                named = null;
                settling = true;
                const goOn = (patience) => {
                    // React needs a moment to put the new groups on the page.
                    if (patience && document.getElementById(field)) {
                        setTimeout(goOn, 20, patience - 1);
                        return;
                    }
                    settling = false;
                    const inputs = document.querySelectorAll(".group-card .name-input input");
                    if (inputs.length) inputs[Math.min(place, inputs.length - 1)].focus();
                };
                goOn(25);
            }
            return window.dash_clientside.no_update;
        },

        /* Keep the names on the map apart, now and whenever it is drawn, moved or zoomed. */
        keepNamesApart() {
            const whenDrawn = (patience) => {
                const plot = document.querySelector(".graph .js-plotly-plot");
                if (!plot || !plot.on || !plot.layout) {
                    if (patience) setTimeout(whenDrawn, 50, patience - 1);
                    return;
                }
                if (!plot.keepsNamesApart) {
                    plot.keepsNamesApart = true;
                    ["afterplot", "relayout", "relayouting"].forEach((event) => {
                        plot.on(`plotly_${event}`, () => thinNames(plot));
                    });
                }
                thinNames(plot);
            };
            whenDrawn(100);
            return "graph";
        },

        /* Show the face under the pointer. */
        showFace(hover, figure) {
            const none = window.dash_clientside.no_update;
            const point = hover && hover.points && hover.points[0];
            if (!point || !point.customdata || !point.bbox) return [false, none, none];
            const [face, text] = point.customdata;
            const version = figure.layout.meta.version;
            const make = (type, props) => ({ namespace: "dash_html_components", type, props });
            const picture = make("Img", { src: `/faces/${face}.jpg?v=${version}`, alt: "" });
            return [true, point.bbox, [picture, make("Div", { children: text })]];
        },
    };

    const ZOOMED_IN = 1.5; // times the scale for which the server has placed the names

    /* Of names that overlap, show that of the person with most faces; it comes first. */
    function thinNames(plot) {
        const { annotations = [], meta, xaxis } = plot.layout;
        const drag = plot.querySelector(".nsewdrag");
        if (!drag || !xaxis || !xaxis.range) return;
        const scale = Math.abs(xaxis.range[1] - xaxis.range[0]) / drag.getBoundingClientRect().width;
        const zoomedIn = scale * ZOOMED_IN <= meta.units_per_pixel;
        const shown = [];
        annotations.forEach(({ name }, index) => {
            const group = plot.querySelector(`.annotation[data-index="${index}"]`);
            const text = group && group.querySelector(".annotation-text");
            if (!text) return;
            const box = text.getBoundingClientRect();
            const hides = (other) =>
                box.left < other.right && other.left < box.right &&
                box.top < other.bottom && other.top < box.bottom;
            const free = (name === "free" || zoomedIn) && !shown.some(hides);
            if (free && box.width) shown.push(box);
            group.style.opacity = free ? 1 : 0;
        });
    }

    /* Suggest the people one word of whose name starts with what is typed; nothing unasked. */
    window.dashMantineFunctions = window.dashMantineFunctions || {};
    window.dashMantineFunctions.faceLabelerNames = ({ options, search }) => {
        const typed = search.trim().toLocaleLowerCase();
        if (!typed) return [];
        return options.filter(({ label }) => {
            const name = label.toLocaleLowerCase();
            return name.split(" ").some((_, i, words) => words.slice(i).join(" ").startsWith(typed));
        });
    };

    let named = null; // place and field of the group that has just been dealt with
    let lastSerial = null; // of the last thing done
    let settling = false; // the field that comes next is not ready yet

    function rememberPlace(element) {
        const card = element.closest(".group-card");
        const cards = [...document.querySelectorAll(".group-card")];
        const field = card && card.querySelector(".name-input input").id;
        named = card ? { place: cards.indexOf(card), field } : null;
    }

    /* Let the server read what the field shows: on a busy computer it hears of that too late. */
    function handOverName(button) {
        const input = button.closest(".name-row").querySelector(".name-input input");
        window.dash_clientside.set_props(JSON.parse(input.id), { value: input.value });
    }

    /* Name the faces as the button says: the name goes into the field, then it is final. */
    function takeName(button) {
        const row = button.closest(".name-row");
        const field = row.querySelector(".name-input input");
        const person = button.dataset.person;
        window.dash_clientside.set_props(JSON.parse(field.id), { value: person });
        const whenShown = (patience) => {
            if (field.value === person) row.querySelector(".name-submit").click();
            else if (patience) setTimeout(whenShown, 20, patience - 1);
        };
        whenShown(100);
    }

    function isTyping(target) {
        return target.matches("input, textarea, select, [contenteditable=true]");
    }

    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Enter" && event.target.closest(".name-input")) {
            // The field takes over a suggestion first, if one is marked; then the name is final.
            const row = event.target.closest(".name-row");
            setTimeout(() => {
                if (event.target.value.trim()) row.querySelector(".name-submit").click();
            }, 60);
        } else if (event.key.toLowerCase() === "u" && !isTyping(event.target)) {
            // Between two names a fast typist means the next name, not Undo.
            if (named === null && !settling) document.getElementById("undo-last").click();
        } else if (event.key === "?" && !isTyping(event.target)) {
            toggleKeys();
        }
    }

    /* Open or close the list of the page's keys, if it has one. */
    function toggleKeys() {
        const list = document.querySelector(".keys-help");
        if (!list) return;
        if (list.open) list.close();
        else list.showModal();
    }

    function onClick(event) {
        const button = event.target.closest("button");
        if (!button) return;
        if (button.closest(".name-row")) {
            rememberPlace(button);
            handOverName(button);
        }
        if (button.dataset.person && button.matches(".candidate")) takeName(button);
        if (button.dataset.help) toggleKeys();
        if (button.id === "theme") switchTheme();
    }

    function switchTheme() {
        const root = document.documentElement;
        const dark = root.getAttribute("data-mantine-color-scheme") === "dark";
        const scheme = dark ? "light" : "dark";
        root.setAttribute("data-mantine-color-scheme", scheme);
        localStorage.setItem(THEME_KEY, scheme);
    }

    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick, true);
})();
