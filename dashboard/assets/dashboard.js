/* What happens in the browser alone: theme, keys, focus, and the picture under the pointer. */
(function () {
    "use strict";

    const THEME_KEY = "mantine-color-scheme-value"; // where Mantine looks for it

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.faceLabeler = {
        /* Tell whether the screen is touched: there the keyboard would cover what one looks at. */
        isTouch() {
            return window.matchMedia("(pointer: coarse)").matches;
        },

        /* Mark the links of the page that is shown, and show the tabs of its place. */
        markPage(path) {
            const page = window.faceLabelerAddresses.within(path || "/").split("/")[1];
            setTimeout(() => {
                const isHere = (one) => one.classList.contains(`for-${page}`);
                document.querySelectorAll(".nav-link, .place-tab, .small-link").forEach((link) => {
                    if (isHere(link)) link.setAttribute("aria-current", "page");
                    else link.removeAttribute("aria-current");
                });
                document.querySelectorAll(".place-tabs").forEach((row) => {
                    row.hidden = !isHere(row);
                    const tab = row.querySelector("[aria-current]"); // on a phone, out of sight
                    if (tab && !row.hidden) row.scrollLeft = tab.offsetLeft - row.clientWidth / 2;
                });
            });
            return "nav";
        },

        /* Press the button beside a name field. */
        submitName(field) {
            field.closest(".name-row").querySelector(".name-submit").click();
        },
    };

    /* Suggest the people one word of whose name starts with what is typed; nothing unasked. */
    window.dashMantineFunctions = window.dashMantineFunctions || {};
    window.dashMantineFunctions.faceLabelerNames = ({ options, search }) => {
        // As on the server: case, accents and kinds of apostrophes do not count.
        const fold = (text) =>
            text.replace(/[‘’ʼ´`]/g, "'").normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
        const typed = fold(search.trim());
        if (!typed) return [];
        return options.filter(({ label }) => {
            const name = fold(label);
            return name.split(" ").some((_, i, words) => words.slice(i).join(" ").startsWith(typed));
        });
    };

    const names = {}; // what name fields showed when their buttons were clicked, by place

    /* Tell the server what the field beside a button shows. The field reports its text by itself,
       but on a busy computer too late: what it reports last may lack letters, or a whole name. */
    function handOver(button) {
        const row = button.closest(".name-row, .one-field");
        const input = row && row.querySelector("input");
        if (!input) return;
        if (row.matches(".one-field")) {
            window.dash_clientside.set_props("typed", { data: input.value });
            return;
        }
        // Who types ahead may have clicked the next button before the first is asked about.
        names[JSON.parse(input.id).where] = input.value;
        window.dash_clientside.set_props("names", { data: { ...names } });
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

    /* Take the likely name with a number, where one is to be given; tell whether there is one. */
    function takeNumbered(target, number) {
        if (isTyping(target) && !isEmptyName(target)) return false;
        const place = target.closest(".group-card, .photo-face");
        const names = place && place.querySelectorAll(".suggestion:not([hidden]), .candidate");
        if (!names || !names[number - 1]) return false;
        names[number - 1].click();
        return true;
    }

    function isTyping(target) {
        return target.matches("input, textarea, select, [contenteditable=true]");
    }

    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        const menu = event.key === "Escape" && event.target.closest(".menu[open]");
        if (menu) {
            menu.open = false;
            menu.querySelector("summary").focus();
            return;
        }
        const isInGroup = event.target.closest(".group-card"); // see typing_ahead.js
        if (event.key === "Enter" && event.target.closest(".name-input") && !isInGroup) {
            // The field takes over a suggestion first, if one is marked; then the name is final.
            setTimeout(() => {
                const { submitName } = window.dash_clientside.faceLabeler;
                if (event.target.value.trim()) submitName(event.target);
            });
        } else if (event.key.toLowerCase() === "u" && !isTyping(event.target)) {
            // Between two names a fast typist means the next name, not Undo.
            if (!window.dash_clientside.typingAhead.isWaiting()) undo(null);
        } else if (/^[1-9]$/.test(event.key) && takeNumbered(event.target, Number(event.key))) {
            event.preventDefault();
        } else if (event.key === "?" && (!isTyping(event.target) || isEmptyName(event.target))) {
            event.preventDefault();
            toggleKeys();
        }
    }

    /* Tell whether it is the field for a name, and nothing is typed yet: no name begins with ?. */
    function isEmptyName(target) {
        return Boolean(target.closest(".name-input")) && target.value === "";
    }

    /* Open or close the list of the page's keys, if it has one. */
    function toggleKeys() {
        const list = document.querySelector(".keys-help");
        if (!list) return;
        if (list.open) list.close();
        else list.showModal();
    }

    /* Close menus in which something was chosen, and those that somebody turned away from. */
    function closeMenus(target) {
        document.querySelectorAll(".menu[open]").forEach((menu) => {
            if (menu.contains(target) && !target.closest(".menu-item")) return;
            // Not before what was chosen has heard of it.
            setTimeout(() => {
                menu.open = false;
            });
        });
    }

    function onClick(event) {
        closeMenus(event.target);
        const button = event.target.closest("button");
        if (!button) return;
        handOver(button);
        if (button.dataset.person && button.matches(".candidate")) takeName(button);
        if (button.dataset.help) toggleKeys();
        if (button.dataset.undo) undo(button.dataset.undo);
        if (button.id === "undo-last") undo(null);
        if (button.id === "redo-last") undo(null, true);
        if (button.id === "theme") switchTheme();
    }

    /* Ask for a decision to be taken back: an entry of the journal, null = the last one; or for
       what was taken back last to be done again. */
    function undo(entry, redo = false) {
        window.dash_clientside.set_props("undo", { data: { entry, redo, at: Date.now() } });
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
