/* The pages about people: choosing many faces, and what the address says. */
(function () {
    "use strict";

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.people = {
        /* Write into the address how people are sorted, and whether the hidden ones are shown. */
        keepInAddress(order, hidden, search) {
            const wanted = new URLSearchParams(search || "");
            if (order && order !== "photos") wanted.set("sort", order);
            else wanted.delete("sort");
            if (hidden) wanted.set("hidden", "1");
            else wanted.delete("hidden");
            const text = wanted.toString() ? `?${wanted}` : "";
            return text === (search || "") ? window.dash_clientside.no_update : text;
        },

        /* Choose all faces that are offered, or none. */
        chooseAll(_all, _none, offered) {
            const { triggered } = window.dash_clientside.callback_context;
            const pressed = triggered.find(({ value }) => value);
            if (!pressed) return window.dash_clientside.no_update;
            return pressed.prop_id.startsWith("person-all") ? offered.map(String) : [];
        },

        /* Say how many faces are chosen. */
        sayChosen(chosen) {
            return `${(chosen || []).length.toLocaleString("en")} chosen`;
        },

        /* Say on the buttons how many faces they are about; to confirm, none chosen means all. */
        countChosen(chosen, offered, more, person) {
            const say = (number) => number.toLocaleString("en");
            const number = (chosen || []).length;
            const all = more ? `these ${say(offered.length)}` : `all ${say(offered.length)}`;
            return [
                `Confirm ${number ? say(number) : all}`,
                number ? `Not ${person}: ${say(number)}` : `Not ${person}`,
                number === 0,
            ];
        },

        /* Mark the button whose panel is open, and let the panel have the keyboard. */
        showPanel(kind, _panel, _head, person) {
            const open = kind && `${kind} ${person}`;
            setTimeout(() => {
                document.querySelectorAll(".panel-button").forEach((button) => {
                    const isOpen = JSON.parse(button.id).where === kind;
                    button.setAttribute("aria-expanded", String(isOpen));
                });
                if (open === opened) return;
                const panel = document.querySelector(".person-panel");
                if (open && !panel) return; // it is still to come
                const active = document.activeElement;
                // What is in a menu is out of sight when the menu is closed.
                const menu = active.closest(".menu");
                if (open) opener = menu ? menu.querySelector("summary") : active;
                else if (document.activeElement === document.body && opener) opener.focus();
                opened = open;
                const field = panel && panel.querySelector("input:not([type=hidden])");
                if (open && field) field.focus();
                if (open && field && field.select && field.type === "text") field.select();
            });
            return window.dash_clientside.no_update;
        },
    };

    let opened = ""; // the panel that has had the keyboard
    let opener = null; // the button that opened it, which has the keyboard again afterwards
    let last = null; // where the last click chose or unchose a face: { where, face, chosen }

    const isChosen = (card) => card.hasAttribute("data-checked");

    /* With Shift, do to all faces since the last click what that click did. */
    function onClick(event) {
        const card = event.target.closest(".range-choice .face-card");
        if (!card) return;
        const choice = card.closest(".range-choice");
        const cards = [...choice.querySelectorAll(".face-card")];
        const where = choice.dataset.where;
        const start = cards.findIndex((one) => last && one.dataset.face === last.face);
        if (!event.shiftKey || !last || last.where !== where || start < 0) {
            last = { where, face: card.dataset.face, chosen: !isChosen(card) };
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        const [from, to] = [start, cards.indexOf(card)].sort((a, b) => a - b);
        const value = cards
            .filter((one, i) => (i >= from && i <= to ? last.chosen : isChosen(one)))
            .map((one) => one.dataset.face);
        window.dash_clientside.set_props({ part: "chosen", where }, { value });
    }

    /* Enter in a field is a click on the button beside it. */
    function onKey(event) {
        const row = event.key === "Enter" && !event.isComposing && event.target.closest(".one-field");
        if (row && event.target.matches("input")) row.querySelector(".field-done").click();
        // The first Esc closes a list of names, the next one the panel.
        const listed = event.target.getAttribute("aria-expanded") === "true";
        if (event.key === "Escape" && event.target.closest(".person-panel") && !listed) {
            window.dash_clientside.set_props("person-panel-open", { data: "" });
        }
    }

    document.addEventListener("click", onClick, true);
    document.addEventListener("keydown", onKey);
})();
