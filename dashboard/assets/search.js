/* The search box in the header: its keys, how a search may go on, its help. */
(function () {
    "use strict";

    const PATH = "/search";
    const at = (path) => window.faceLabelerAddresses.at(path);

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.search = {
        /* Let the box show what the address asks for. */
        showAsked(path, search) {
            close();
            const inside = window.faceLabelerAddresses.within(path || "/");
            const asked = inside === PATH ? new URLSearchParams(search || "").get("q") : "";
            return asked || "";
        },
    };

    const box = () => document.querySelector(".search");
    const field = () => document.getElementById("search-box");

    function go(text) {
        if (!text.trim()) return;
        const search = `?${new URLSearchParams({ q: text.trim() })}`;
        window.dash_clientside.set_props("url", { pathname: at(PATH), search });
        close();
    }

    function showHelp(shown) {
        const help = document.getElementById("search-help");
        if (!help) return;
        help.hidden = !shown;
        document.getElementById("search-ask").setAttribute("aria-expanded", String(shown));
    }

    function open() {
        box().classList.add("is-open"); // on a narrow screen the box is not there before
        field().focus();
        field().select();
    }

    function close() {
        showHelp(false);
        if (box()) box().classList.remove("is-open");
    }

    function isTyping(target) {
        return target.matches("input, textarea, select, [contenteditable=true]");
    }

    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target.id === "search-box") {
            if (event.key === "Enter") go(event.target.value);
            else if (event.key === "Escape") {
                close();
                event.target.blur();
            }
        } else if (event.key === "Escape") {
            close();
        } else if (event.key === "/" && !event.defaultPrevented && !isTyping(event.target)) {
            event.preventDefault(); // else the box would begin with a slash
            open();
        }
    }

    let asked = 0; // number of the latest question for names: answers may overtake each other

    /* Offer how the search may go on with somebody's name. */
    async function onInput(event) {
        if (event.target.id !== "search-box") return;
        const list = document.getElementById("search-names");
        const number = ++asked;
        const text = event.target.value;
        const address = at(`/search-names.json?${new URLSearchParams({ q: text })}`);
        const answer = await fetch(address).catch(() => null); // null: the program has ended
        const names = answer && answer.ok ? await answer.json() : [];
        if (number !== asked) return;
        list.replaceChildren(
            ...names.map((name) => Object.assign(document.createElement("option"), { value: name }))
        );
    }

    function onClick(event) {
        if (event.target.closest(".search-open")) return open();
        if (event.target.closest(".search-ask")) {
            return showHelp(document.getElementById("search-help").hidden);
        }
        if (event.target.closest(".search-example")) return close();
        if (!event.target.closest(".search")) close();
    }

    document.addEventListener("keydown", onKey);
    document.addEventListener("input", onInput);
    document.addEventListener("click", onClick);
})();
